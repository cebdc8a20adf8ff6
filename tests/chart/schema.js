// Checks Kubernetes objects against the published API schemas (npm kubernetes-models): required fields,
// enums, types – and, since those schemas leave objects open, fields that no schema knows.
"use strict";

const path = require("path");
const { createRequire } = require("module");

const tools = createRequire(path.join(__dirname, "../../build/tools/package.json"));

// apiVersion → npm module with its kinds.
const MODULES = {
  "v1": "kubernetes-models/v1",
  "apps/v1": "kubernetes-models/apps/v1",
  "autoscaling/v2": "kubernetes-models/autoscaling/v2",
  "batch/v1": "kubernetes-models/batch/v1",
  "networking.k8s.io/v1": "kubernetes-models/networking.k8s.io/v1",
  "policy/v1": "kubernetes-models/policy/v1",
  "keda.sh/v1alpha1": "@kubernetes-models/keda/keda.sh/v1alpha1",
  "monitoring.coreos.com/v1": "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1",
};
// Kinds without a published schema here; their shape is checked in check.js.
const WITHOUT_SCHEMA = new Set(["cert-manager.io/v1/Certificate"]);

// A copy of `value` that records which keys a validator reads: it reads exactly those it knows.
function recording(value, at, unread) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((v, i) => recording(v, `${at}[${i}]`, unread));
  const copy = {};
  for (const [key, v] of Object.entries(value)) {
    const where = `${at}.${key}`;
    const inner = recording(v, where, unread);
    unread.set(where, v);
    Object.defineProperty(copy, key, {
      enumerable: true,
      get() {
        unread.delete(where);
        return inner;
      },
    });
  }
  return copy;
}

// Returns a list of problems of one object; empty when it is fine.
function problems(object) {
  const id = `${object.kind}/${object.metadata && object.metadata.name}`;
  const module = MODULES[object.apiVersion];
  if (!module) {
    if (WITHOUT_SCHEMA.has(`${object.apiVersion}/${object.kind}`)) return [];
    return [`${id}: no schema for apiVersion ${object.apiVersion}`];
  }
  const Model = tools(module)[object.kind];
  if (!Model) return [`${id}: ${object.apiVersion} has no kind ${object.kind}`];

  const unread = new Map();
  const watched = recording(object, "", unread);
  const found = [];
  try {
    Model.prototype.validate.call(watched);
  } catch (error) {
    found.push(`${id}: ${error.message}`);
  }
  // What sits inside an unknown field is unread as well: name the outermost one.
  for (const where of unread.keys()) {
    const parents = [...unread.keys()].filter((p) => p !== where && where.startsWith(p));
    if (parents.length === 0 && !FREE_FORM.test(where)) found.push(`${id}: unknown field ${where}`);
  }
  return found;
}

// Maps of free keys, whose validators do not look at the values.
const FREE_FORM = /^\.(metadata|spec\.template\.metadata)\.(labels|annotations)\.|^\.data\.|Labels\.|\.nodeSelector\.|\.(requests|limits)\.|^\.spec\.triggers\[\d+\]\.metadata\./;

module.exports = { problems, tools };
