// What this chart promises about any rendering of it, beyond being valid Kubernetes objects. Each rule
// is a function from all objects of a rendering to a list of problems.
"use strict";

const POD_KINDS = { Deployment: (o) => o.spec.template, Job: (o) => o.spec.template, Pod: (o) => o };

const name = (o) => `${o.kind}/${o.metadata.name}`;
const ofKind = (objects, kind) => objects.filter((o) => o.kind === kind);
const pods = (objects) =>
  objects.filter((o) => POD_KINDS[o.kind]).map((o) => ({ owner: o, pod: POD_KINDS[o.kind](o) }));
const matches = (selector, labels) =>
  Object.entries(selector).every(([key, value]) => (labels || {})[key] === value);

const containers = (pod) => [...(pod.spec.initContainers || []), ...pod.spec.containers];

// Pod Security Standards, profile "restricted", and what operators ask beyond it.
function podSecurity(objects) {
  const found = [];
  for (const { owner, pod } of pods(objects)) {
    const complain = (text) => found.push(`${name(owner)}: ${text}`);
    const spec = pod.spec;
    const context = spec.securityContext || {};
    for (const field of ["hostNetwork", "hostPID", "hostIPC"]) if (spec[field]) complain(field);
    if (context.runAsNonRoot !== true) complain("runAsNonRoot is not true");
    if (!(context.runAsUser > 0)) complain("runAsUser is not a user above 0");
    if ((context.seccompProfile || {}).type !== "RuntimeDefault") complain("no seccomp profile");
    if (spec.automountServiceAccountToken !== false) complain("mounts a service account token");
    if (spec.enableServiceLinks !== false) complain("service links would set HUIYIN_… variables");
    const kinds = ["configMap", "secret", "emptyDir", "persistentVolumeClaim", "projected", "csi"];
    for (const volume of spec.volumes || []) {
      if (!kinds.some((kind) => volume[kind])) complain(`volume ${volume.name} is of a banned kind`);
    }
    for (const container of containers(pod)) {
      const security = container.securityContext || {};
      const at = `container ${container.name}`;
      if (security.allowPrivilegeEscalation !== false) complain(`${at} may gain privileges`);
      if (security.readOnlyRootFilesystem !== true) complain(`${at} may write to its image`);
      if (security.privileged) complain(`${at} is privileged`);
      if (((security.capabilities || {}).drop || []).join() !== "ALL") complain(`${at} keeps capabilities`);
      if ((security.capabilities || {}).add) complain(`${at} adds capabilities`);
      if (!container.resources || !container.resources.requests || !container.resources.limits) {
        complain(`${at} has no resource requests and limits`);
      }
      for (const port of container.ports || []) if (port.hostPort) complain(`${at} uses a host port`);
    }
  }
  return found;
}

function images(objects) {
  const good = /^([a-z0-9.-]+(:\d+)?\/)?[a-z0-9._/-]+(:[A-Za-z0-9_][A-Za-z0-9_.-]*|@sha256:[0-9a-f]{64})$/;
  return pods(objects).flatMap(({ owner, pod }) =>
    containers(pod)
      .filter((c) => !good.test(c.image) || c.image.endsWith(":latest"))
      .map((c) => `${name(owner)}: image ${c.image} is not pinned`));
}

function labels(objects) {
  const wanted = ["name", "instance", "version", "managed-by", "part-of"];
  return objects
    .filter((o) => (o.metadata.labels || {})["helm.sh/chart"])  // extraObjects are the user's own
    .flatMap((o) => wanted
      .filter((l) => !o.metadata.labels[`app.kubernetes.io/${l}`])
      .map((l) => `${name(o)}: no label app.kubernetes.io/${l}`));
}

// A selector holds nothing that changes from one release to the next, and selects its own pods only.
function selectors(objects) {
  const found = [];
  const deployments = ofKind(objects, "Deployment");
  const stable = ["name", "instance", "component"].map((l) => `app.kubernetes.io/${l}`).sort().join();
  for (const o of deployments) {
    const selector = o.spec.selector.matchLabels;
    if (Object.keys(selector).sort().join() !== stable) found.push(`${name(o)}: selector ${Object.keys(selector)}`);
    if (!matches(selector, o.spec.template.metadata.labels)) found.push(`${name(o)}: does not select its pods`);
  }
  const selecting = [
    ...ofKind(objects, "Service").map((o) => [o, o.spec.selector]),
    ...ofKind(objects, "PodDisruptionBudget").map((o) => [o, o.spec.selector.matchLabels]),
    ...ofKind(objects, "NetworkPolicy").map((o) => [o, o.spec.podSelector.matchLabels]),
  ];
  for (const [o, selector] of selecting) {
    const hit = deployments.filter((d) => matches(selector, d.spec.template.metadata.labels));
    if (hit.length !== 1) found.push(`${name(o)}: selects ${hit.length} deployments`);
  }
  return found;
}

function probes(objects) {
  const found = [];
  for (const o of ofKind(objects, "Deployment")) {
    const spec = o.spec.template.spec;
    const container = spec.containers[0];
    const tls = (spec.volumes || []).some((v) => v.name === "tls");
    for (const probe of ["startupProbe", "readinessProbe"]) {
      const ready = tls ? ((container[probe] || {}).httpGet || {}).path === "/readyz"
        : ((container[probe] || {}).grpc || {}).port === container.ports.find((p) => p.name === "grpc").containerPort;
      if (!ready) found.push(`${name(o)}: ${probe} asks ${JSON.stringify(container[probe])}`);
    }
    if (((container.livenessProbe || {}).httpGet || {}).path !== "/livez") found.push(`${name(o)}: liveness is not /livez`);
  }
  return found;
}

function services(objects) {
  const found = [];
  const all = ofKind(objects, "Service");
  for (const o of ofKind(objects, "Deployment")) {
    const mine = all.filter((s) => matches(s.spec.selector, o.spec.template.metadata.labels));
    if (mine.filter((s) => s.spec.clusterIP === "None").length !== 1) found.push(`${name(o)}: no headless service`);
    if (mine.filter((s) => s.spec.clusterIP !== "None").length !== 1) found.push(`${name(o)}: no ClusterIP service`);
    const ports = o.spec.template.spec.containers[0].ports.map((p) => p.name);
    for (const s of mine) {
      if (!s.spec.ports.some((p) => p.name.startsWith("grpc"))) found.push(`${name(s)}: no port named grpc*`);
      for (const p of s.spec.ports) if (!ports.includes(p.targetPort)) found.push(`${name(s)}: port ${p.name} leads nowhere`);
    }
  }
  return found;
}

function scaling(objects) {
  const found = [];
  const scaled = new Set([
    ...ofKind(objects, "HorizontalPodAutoscaler").map((o) => o.spec.scaleTargetRef.name),
    ...ofKind(objects, "ScaledObject").map((o) => o.spec.scaleTargetRef.name),
  ]);
  for (const o of ofKind(objects, "Deployment")) {
    const fixed = o.spec.replicas !== undefined;
    if (scaled.has(o.metadata.name) === fixed) found.push(`${name(o)}: replicas ${o.spec.replicas}, scaled ${!fixed}`);
    scaled.delete(o.metadata.name);
  }
  for (const left of scaled) found.push(`something scales ${left}, which is not there`);
  for (const o of ofKind(objects, "PodDisruptionBudget")) {
    if (o.spec.minAvailable !== undefined) found.push(`${name(o)}: minAvailable can block a drain for good`);
  }
  return found;
}

// Every Secret is the user's: none is rendered, and no value looks like one.
function secrets(objects) {
  const found = ofKind(objects, "Secret").map((o) => `${name(o)}: a secret is rendered`);
  for (const { owner, pod } of pods(objects)) {
    for (const container of containers(pod)) {
      for (const variable of container.env || []) {
        if (/PASSWORD|DSN|TOKEN|SECRET|KEY/.test(variable.name) && variable.value !== undefined) {
          found.push(`${name(owner)}: ${variable.name} is in plain text`);
        }
      }
    }
  }
  for (const o of ofKind(objects, "ConfigMap")) {
    if (/:\/\/[^\s/]*:[^\s/]*@/.test(JSON.stringify(o.data))) found.push(`${name(o)}: holds a password`);
  }
  return found;
}

// What a pod mounts is there, what it is mounted from is declared, and a changed setting restarts it.
function volumes(objects) {
  const found = [];
  const own = new Set(objects.map(name));
  for (const { owner, pod } of pods(objects)) {
    const declared = (pod.spec.volumes || []).map((v) => v.name);
    for (const container of containers(pod)) {
      const mounted = (container.volumeMounts || []).map((m) => m.name);
      for (const m of mounted) if (!declared.includes(m)) found.push(`${name(owner)}: mounts unknown volume ${m}`);
      for (const d of declared) if (!mounted.includes(d)) found.push(`${name(owner)}: volume ${d} is not mounted`);
    }
    for (const v of pod.spec.volumes || []) {
      if (v.configMap && !own.has(`ConfigMap/${v.configMap.name}`)) found.push(`${name(owner)}: ConfigMap ${v.configMap.name} is not there`);
      const claim = (v.persistentVolumeClaim || {}).claimName;
      if (claim && !own.has(`PersistentVolumeClaim/${claim}`)) found.push(`${name(owner)}: claim ${claim} is not there`);
    }
    if (owner.kind === "Deployment" && !pod.metadata.annotations["checksum/config"]) found.push(`${name(owner)}: no config checksum`);
  }
  return found;
}

function unique(objects) {
  const seen = new Set();
  return objects.map((o) => `${o.apiVersion} ${name(o)}`).filter((id) => seen.size === seen.add(id).size)
    .map((id) => `${id}: rendered twice`);
}

module.exports = { podSecurity, images, labels, selectors, probes, services, scaling, secrets, volumes, unique };
