// Reads one wish a line, {url, preset, headers, categories}; answers each with one line of scores and what lowers them.
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [modules, chromium, ...chromeFlags] = process.argv.slice(2);
const load = part => import(pathToFileURL(join(modules, part)).href);
const { default: lighthouse, desktopConfig } = await load("lighthouse/core/index.js");
const { launch } = await load("chrome-launcher/dist/index.js");

const chrome = await launch({ chromePath: chromium, chromeFlags, logLevel: "silent" });
const PASSED = 0.9; // Lighthouse's own limit of green
const METRICS = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time",
  "cumulative-layout-shift", "speed-index"];

function found({ categories, audits }) {
  const wrong = new Set();
  for (const { auditRefs } of Object.values(categories))
    for (const { id, weight } of auditRefs)
      if (weight > 0 && audits[id].score !== null && audits[id].score < PASSED) wrong.add(id);
  return [...wrong].map(id => ({
    id,
    title: audits[id].title,
    value: audits[id].displayValue ?? "",
    elements: (audits[id].details?.items ?? []).slice(0, 3).map(item =>
      item.node?.snippet ?? item.description ?? item.source ?? item.url ?? item.href ?? "").map(String),
  }));
}

async function answer({ url, preset, headers, categories }) {
  const flags = {
    port: chrome.port, logLevel: "silent", onlyCategories: categories, extraHeaders: headers,
    disableFullPageScreenshot: true,
  };
  const { lhr } = await lighthouse(url, flags, preset === "desktop" ? desktopConfig : undefined);
  if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
  return {
    scores: Object.fromEntries(Object.entries(lhr.categories).map(([id, one]) => [id, Math.round(one.score * 100)])),
    metrics: Object.fromEntries(METRICS.filter(id => lhr.audits[id]).map(id => [id, lhr.audits[id].numericValue])),
    found: found(lhr),
    machine: lhr.environment.benchmarkIndex,
  };
}

try {
  for await (const line of createInterface({ input: process.stdin })) {
    let said;
    try {
      said = await answer(JSON.parse(line));
    } catch (error) {
      said = { error: String(error.message ?? error).split("\n")[0] };
    }
    process.stdout.write(JSON.stringify(said) + "\n");
  }
} finally {
  await chrome.kill();
}
