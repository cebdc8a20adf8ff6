{{- define "huiyin.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "huiyin.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "huiyin.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "huiyin.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* (list BASE OVER): BASE with OVER laid on it, key by key, as YAML. Unlike sprig's mergeOverwrite, a
     false, 0 or "" in OVER counts. */}}
{{- define "huiyin.overlay" -}}
{{- $out := deepCopy (index . 0) -}}
{{- range $key, $value := index . 1 -}}
{{- $old := get $out $key -}}
{{- if and (kindIs "map" $value) (kindIs "map" $old) -}}
{{- $_ := set $out $key (include "huiyin.overlay" (list $old $value) | fromYaml) -}}
{{- else -}}
{{- $_ := set $out $key $value -}}
{{- end -}}
{{- end -}}
{{- toYaml $out -}}
{{- end -}}

{{/* {component: its settings over .Values.defaults} of the enabled components, as YAML. Every template
     that makes an object per component ranges over this. */}}
{{- define "huiyin.components" -}}
{{- $out := dict -}}
{{- range $name, $own := .Values.components -}}
{{- $settings := include "huiyin.overlay" (list $.Values.defaults ($own | default dict)) | fromYaml -}}
{{- if $settings.enabled -}}
{{- $_ := set $out $name $settings -}}
{{- end -}}
{{- end -}}
{{- toYaml $out -}}
{{- end -}}

{{- define "huiyin.commonLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: huiyin
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* (dict "root" $ "name" COMPONENT) – immutable: nothing that changes between releases. */}}
{{- define "huiyin.selectorLabels" -}}
app.kubernetes.io/name: {{ include "huiyin.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{/* (dict "root" $ "name" COMPONENT ["suffix" "-headless"] ["annotations" {…}]): the body of `metadata:`. */}}
{{- define "huiyin.metadata" -}}
name: {{ include "huiyin.fullname" .root }}{{ with .name }}-{{ . }}{{ end }}{{ .suffix }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- if .name }}
  {{- include "huiyin.selectorLabels" . | nindent 2 }}
  {{- else }}
  app.kubernetes.io/name: {{ include "huiyin.name" .root }}
  app.kubernetes.io/instance: {{ .root.Release.Name }}
  {{- end }}
  {{- include "huiyin.commonLabels" .root | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- $annotations := merge (dict) (.annotations | default dict) .root.Values.commonAnnotations }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* (dict "root" $ "name" COMPONENT "c" SETTINGS) */}}
{{- define "huiyin.image" -}}
{{- $repository := .c.image.repository | default (printf "%s/%s" .root.Values.image.repository .name) -}}
{{- if .root.Values.image.registry -}}
{{- $repository = printf "%s/%s" .root.Values.image.registry $repository -}}
{{- end -}}
{{- $tag := .c.image.tag | default .root.Values.image.tag | default .root.Chart.AppVersion -}}
{{- if eq $tag "latest" -}}
{{- fail (printf "components.%s: image tag \"latest\" is refused: name a version or a digest" .name) -}}
{{- end -}}
{{- if .c.image.digest -}}
{{- printf "%s@%s" $repository .c.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository $tag -}}
{{- end -}}
{{- end -}}

{{- define "huiyin.serviceAccountName" -}}
{{- .c.serviceAccount.name | default (printf "%s-%s" (include "huiyin.fullname" .root) .name) -}}
{{- end -}}

{{/* Target for gRPC clients: every ready pod, picked in turn. */}}
{{- define "huiyin.target" -}}
dns:///{{ include "huiyin.fullname" .root }}-{{ .name }}-headless.{{ .root.Release.Namespace }}.svc:{{ .root.Values.ports.grpc }}
{{- end -}}

{{/* The settings file of a component. Secrets are not in it; they come as environment variables or as
     files, see _pod.tpl. */}}
{{- define "huiyin.config" -}}
{{- $v := .root.Values -}}
{{- $config := dict
  "log.level" $v.log.level
  "grpc.listen" (printf "0.0.0.0:%v" $v.ports.grpc)
  "http.listen" (printf "0.0.0.0:%v" $v.ports.http)
  "redis.address" $v.redis.address
  "auth.keys_file" (printf "/etc/huiyin/auth/%s" $v.auth.secretKey)
  "shutdown.linger" (printf "%vs" .c.lingerSeconds)
  "shutdown.drain" (printf "%vs" .c.drainSeconds) -}}
{{- if and (eq .name "aftersales") $v.carrier.url -}}
{{- $_ := set $config "carrier.url" $v.carrier.url -}}
{{- end -}}
{{- with $v.redis.username -}}
{{- $_ := set $config "redis.username" . -}}
{{- end -}}
{{- if eq $v.database.kind "sqlite" -}}
{{- $_ := set $config "database.dsn" (printf "sqlite:/var/lib/huiyin/%s.db" .name) -}}
{{- end -}}
{{- if ne $v.migrations.mode "startup" -}}
{{- $_ := set $config "database.migrate" false -}}
{{- end -}}
{{- if $v.tls.enabled -}}
{{- range $prefix, $ca := dict "grpc" "client_ca_file" "peers" "ca_file" -}}
{{- $_ := set $config (printf "%s.cert_file" $prefix) "/etc/huiyin/tls/tls.crt" -}}
{{- $_ := set $config (printf "%s.key_file" $prefix) "/etc/huiyin/tls/tls.key" -}}
{{- $_ := set $config (printf "%s.%s" $prefix $ca) "/etc/huiyin/tls/ca.crt" -}}
{{- end -}}
{{- end -}}
{{- $root := .root -}}
{{- range .c.peers -}}
{{- $_ := set $config (printf "peers.%s" .) (include "huiyin.target" (dict "root" $root "name" .)) -}}
{{- end -}}
{{- range $key, $value := .c.config -}}
{{- $_ := set $config $key $value -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}
