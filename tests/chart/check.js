// node check.js NAME=RENDERED.yaml… – every rendering holds what schema.js and rules.js ask; then each
// rule is shown to work: it must object to a rendering that was spoilt for it.
"use strict";

const fs = require("fs");
const { problems, tools } = require("./schema.js");
const rules = require("./rules.js");
const YAML = tools("yaml");

const parse = (file) =>
  YAML.parseAllDocuments(fs.readFileSync(file, "utf8")).map((d) => d.toJS()).filter(Boolean);

const first = (objects, kind) => objects.find((o) => o.kind === kind);
// rule → what breaks it in the full rendering.
const SPOIL = {
  schema: (o) => { first(o, "Deployment").spec.template.spec.restartPolicyy = "Always"; },
  podSecurity: (o) => { delete first(o, "Deployment").spec.template.spec.containers[0].securityContext.capabilities; },
  images: (o) => { first(o, "Deployment").spec.template.spec.containers[0].image = "huiyin/ingest:latest"; },
  labels: (o) => { delete first(o, "Service").metadata.labels["app.kubernetes.io/instance"]; },
  selectors: (o) => { first(o, "Deployment").spec.selector.matchLabels["app.kubernetes.io/version"] = "1"; },
  probes: (o) => { delete first(o, "Deployment").spec.template.spec.containers[0].readinessProbe; },
  services: (o) => { first(o, "Service").spec.ports[0].name = "api"; },
  scaling: (o) => { for (const d of o) if (d.kind === "Deployment") d.spec.replicas = 2; },
  secrets: (o) => { o.push({ apiVersion: "v1", kind: "Secret", metadata: { name: "x" } }); },
  volumes: (o) => { first(o, "Deployment").spec.template.spec.volumes.pop(); },
  unique: (o) => { o.push(o[0]); },
};

const check = (rule, objects) =>
  rule === "schema" ? objects.flatMap(problems) : rules[rule](objects);

let passed = 0;
const failures = [];
const renderings = process.argv.slice(2).map((arg) => arg.split("="));
for (const [name, file] of renderings) {
  const objects = parse(file);
  if (objects.length < 10) failures.push(`${name}: only ${objects.length} objects`);
  for (const rule of ["schema", ...Object.keys(rules)]) {
    const found = check(rule, objects);
    if (found.length === 0) passed += 1;
    failures.push(...found.map((text) => `${name}: ${rule}: ${text}`));
  }
}
const full = renderings.find(([name]) => name.startsWith("full"))[1];
for (const rule of ["schema", ...Object.keys(rules)]) {
  const spoilt = parse(full);
  SPOIL[rule](spoilt);
  if (check(rule, spoilt).length > 0) passed += 1;
  else failures.push(`self-test: rule ${rule} did not notice what was spoilt for it`);
}
for (const text of failures) console.log(text);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length > 0 ? 1 : 0);
