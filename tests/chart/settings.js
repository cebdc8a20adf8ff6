// node settings.js RENDERED.yaml BIN_DIR – every settings file the chart renders, and every variable it sets
// from a Secret, is one that the service's own program accepts (it refuses unknown keys and bad values).
"use strict";

const fs = require("fs");
const os = require("os");
const path = require("path");
const { spawnSync } = require("child_process");
const { tools } = require("./schema.js");

const [rendered, bin] = process.argv.slice(2);
const objects = tools("yaml").parseAllDocuments(fs.readFileSync(rendered, "utf8")).map((d) => d.toJS());
const work = fs.mkdtempSync(path.join(os.tmpdir(), "huiyin-chart-"));

// Runs the program with `config`, told to migrate a fresh database and end.
function run(component, config, environment) {
  const file = path.join(work, `${component}.yaml`);
  fs.writeFileSync(file, config);
  return spawnSync(path.join(bin, `huiyin-${component}`),
    ["--migrate", "--config", file, "--set", `database.dsn=sqlite:${work}/${component}.db`,
      "--set", "database.migrate=true"],
    { env: { PATH: process.env.PATH, ...environment }, encoding: "utf8", timeout: 60000 });
}

let passed = 0;
const failures = [];
for (const deployment of objects.filter((o) => o && o.kind === "Deployment")) {
  const component = deployment.metadata.labels["app.kubernetes.io/component"];
  const container = deployment.spec.template.spec.containers[0];
  const environment = {};
  for (const { name, valueFrom } of container.env || []) if (valueFrom) environment[name] = "from-a-secret";
  const map = objects.find((o) => o && o.kind === "ConfigMap" && o.metadata.name === deployment.metadata.name);
  const config = map.data["huiyin.yaml"];

  const good = run(component, config, environment);
  if (good.status === 0) passed += 1;
  else failures.push(`${component}: ${good.error || good.stderr}`);
  const bad = run(component, `${config}\nno.such_key: 1\n`, environment);
  if (bad.status === 1 && bad.stderr.includes("no.such_key")) passed += 1;
  else failures.push(`${component}: an unknown key was not refused: ${bad.stderr}`);
}
fs.rmSync(work, { recursive: true });
for (const text of failures) console.log(text);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length > 0 || passed === 0 ? 1 : 0);
