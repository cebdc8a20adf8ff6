{{- define "huiyin.databaseEnv" -}}
- name: HUIYIN_DATABASE_DSN
  valueFrom:
    secretKeyRef:
      name: {{ .root.Values.database.postgresql.existingSecret }}
      key: {{ .name }}-dsn
{{- end -}}

{{/* Environment of a component: only what is secret; the rest is in the settings file. */}}
{{- define "huiyin.env" -}}
{{- $v := .root.Values -}}
{{- if eq $v.database.kind "postgresql" }}
{{ include "huiyin.databaseEnv" . }}
{{- end }}
{{- if $v.redis.existingSecret }}
- name: HUIYIN_REDIS_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ $v.redis.existingSecret }}
      key: {{ $v.redis.secretKey }}
{{- end }}
{{- if and (eq .name "aftersales") $v.carrier.url }}
- name: HUIYIN_CARRIER_SECRET
  valueFrom:
    secretKeyRef:
      name: {{ $v.carrier.existingSecret }}
      key: {{ $v.carrier.secretKey }}
{{- end }}
{{- with .c.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "huiyin.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "huiyin.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "huiyin.volumeMounts" -}}
- {name: config, mountPath: /etc/huiyin/config, readOnly: true}
- {name: auth, mountPath: /etc/huiyin/auth, readOnly: true}
- {name: tmp, mountPath: /tmp}
- {name: data, mountPath: /var/lib/huiyin}
{{- if .root.Values.tls.enabled }}
- {name: tls, mountPath: /etc/huiyin/tls, readOnly: true}
{{- end }}
{{- if and (eq .root.Values.database.kind "postgresql") .root.Values.database.postgresql.caSecret }}
- {name: database-ca, mountPath: /etc/huiyin/database-ca, readOnly: true}
{{- end }}
{{- with .c.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "huiyin.volumes" -}}
- name: config
  configMap:
    name: {{ include "huiyin.fullname" .root }}-{{ .name }}
- name: auth
  secret:
    secretName: {{ .root.Values.auth.existingSecret }}
- name: tmp
  emptyDir:
    sizeLimit: {{ .c.tmpSizeLimit }}
- name: data
  {{- if or (eq .root.Values.database.kind "sqlite") .c.persistence.enabled }}
  persistentVolumeClaim:
    claimName: {{ include "huiyin.fullname" .root }}-{{ .name }}
  {{- else }}
  emptyDir:
    sizeLimit: {{ .c.tmpSizeLimit }}
  {{- end }}
{{- if .root.Values.tls.enabled }}
- name: tls
  secret:
    secretName: {{ .root.Values.tls.existingSecret }}
{{- end }}
{{- if and (eq .root.Values.database.kind "postgresql") .root.Values.database.postgresql.caSecret }}
- name: database-ca
  secret:
    secretName: {{ .root.Values.database.postgresql.caSecret }}
{{- end }}
{{- with .c.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Start-up and readiness ask grpc.health.v1, liveness /livez: a pod whose database is away is not
     ready, but restarting it would not help. */}}
{{- define "huiyin.readinessAction" -}}
{{- if .Values.tls.enabled -}}
httpGet: {path: /readyz, port: http}
{{- else -}}
grpc: {port: {{ .Values.ports.grpc }}}
{{- end -}}
{{- end -}}

{{/* (dict "root" $ "name" COMPONENT "c" SETTINGS): the body of a pod's `spec:` for a service. */}}
{{- define "huiyin.podSpec" -}}
{{- $v := .root.Values -}}
serviceAccountName: {{ include "huiyin.serviceAccountName" . }}
automountServiceAccountToken: false
# Service links would add variables such as HUIYIN_INGEST_PORT, which the settings reader refuses.
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .c.terminationGracePeriodSeconds }}
securityContext:
  {{- include "huiyin.podSecurityContext" . | nindent 2 }}
{{- with $v.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
containers:
  - name: {{ .name }}
    image: {{ include "huiyin.image" . | quote }}
    imagePullPolicy: {{ $v.image.pullPolicy }}
    args: [--config, /etc/huiyin/config/huiyin.yaml]
    securityContext:
      {{- include "huiyin.containerSecurityContext" . | nindent 6 }}
    ports:
      - {name: grpc, containerPort: {{ $v.ports.grpc }}, protocol: TCP}
      - {name: http, containerPort: {{ $v.ports.http }}, protocol: TCP}
    {{- with include "huiyin.env" . | trim }}
    env:
      {{- . | nindent 6 }}
    {{- end }}
    {{- with .c.extraEnvFrom }}
    envFrom:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    startupProbe:
      {{- include "huiyin.readinessAction" .root | nindent 6 }}
      {{- toYaml .c.probes.startup | nindent 6 }}
    readinessProbe:
      {{- include "huiyin.readinessAction" .root | nindent 6 }}
      {{- toYaml .c.probes.readiness | nindent 6 }}
    livenessProbe:
      httpGet: {path: /livez, port: http}
      {{- toYaml .c.probes.liveness | nindent 6 }}
    resources:
      {{- toYaml .c.resources | nindent 6 }}
    volumeMounts:
      {{- include "huiyin.volumeMounts" . | nindent 6 }}
volumes:
  {{- include "huiyin.volumes" . | nindent 2 }}
{{- with .c.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .c.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .c.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .c.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range . }}
  - {{ toYaml . | nindent 4 | trim }}
    {{- if not .labelSelector }}
    labelSelector:
      matchLabels:
        {{- include "huiyin.selectorLabels" $ | nindent 8 }}
    {{- end }}
  {{- end }}
{{- end }}
{{- with .c.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}
