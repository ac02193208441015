import { readFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { descendantsOf } from "../../bin/portal-process.ts";
import { expect, type Portal, pathOf, startSessions, test } from "../fixtures.ts";
import { startBare } from "./bare.ts";

// What a page costs its web server, beside a bare list of Next's with its statement: in turn, in one run, so that the machine's
// speed cancels out. For figures to keep: BENCH_SECONDS=10 npm run bench -- pages

const SECONDS = Number(process.env.BENCH_SECONDS || 2);
const ROUNDS = 3;
const CONNECTIONS = 16;
const TICKS_A_SECOND = 100;
const MEGABYTES_MAX = 400;

/** By which person, and how many requests a CPU-second at the least, as a part of the bare list's. */
const PAGES = [
  { name: "form", key: "contributor", pattern: "/applications/DRAFT/sections/need", share: 0.3 },
  { name: "list", key: "desk", pattern: "/applications", share: 0.18 },
  { name: "my work", key: "desk", pattern: "/work", share: 0.18 },
  { name: "application", key: "desk", pattern: "/applications/ACTIVE", share: 0.06 },
  { name: "budget", key: "budget", pattern: "/budget", share: 0.1 },
] as const;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const quantile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN;

/** The seconds of CPU that a process has used. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

const megabytesOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

/** Asks over and over, by so many connections at once. Answers how long each request took. */
async function load(url: string, cookie: string, seconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const until = performance.now() + seconds * 1_000;
  const times: number[] = [];
  const ask = () =>
    new Promise<void>((done, failed) => {
      const start = performance.now();
      get(url, { agent, headers: { cookie, accept: "text/html", "accept-encoding": "gzip, br" } }, (answer) => {
        if (answer.statusCode !== 200) failed(new Error(`${answer.statusCode} of ${url}`));
        answer.on("end", () => {
          times.push(performance.now() - start);
          done();
        });
        answer.resume();
      }).on("error", failed);
    });
  const asker = async () => {
    while (performance.now() < until) await ask();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, asker));
  agent.destroy();
  return times;
}

/** Next gives its process a name of its own. */
function webServerOf({ url }: Portal): number {
  const read = (pid: number, file: string) => readFileSync(`/proc/${pid}/${file}`, "utf8");
  const found = descendantsOf(process.pid).find(
    (pid) =>
      read(pid, "cmdline").startsWith("next-server") && read(pid, "environ").includes(`\0PORT=${new URL(url).port}\0`),
  );
  if (!found) throw new Error("There is no web server.");
  return found;
}

test("pages beside a bare list, by the CPU of their web servers", async ({ portal }) => {
  test.setTimeout(900_000);
  const bare = await startBare(portal.databaseUrl);
  try {
    const web = webServerOf(portal);
    const sessions = await startSessions(portal.ownerUrl);
    const style = /\/([\w-]+)\.css/.exec(await (await fetch(portal.url)).text())?.[1];
    const sides = [
      { name: "bare list", url: `${bare.url}/list`, cookie: "", pid: bare.pid, share: 1 },
      { name: "bare page", url: bare.url, cookie: "", pid: bare.pid, share: 0 },
    ];
    for (const { name, key, pattern, share } of PAGES) {
      const { path } = await pathOf(portal, pattern);
      const cookie = `next-auth.session-token=${sessions.get(key)}; styles=${style}`;
      sides.push({ name, url: portal.url + path, cookie, pid: web, share });
    }
    for (const { url, cookie } of sides) await load(url, cookie, 2); // warm
    const rates = new Map<string, number[]>();
    const times = new Map<string, number[]>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const { name, url, cookie, pid } of sides) {
        const before = cpuOf(pid);
        const taken = await load(url, cookie, SECONDS);
        rates.set(name, [...(rates.get(name) ?? []), taken.length / (cpuOf(pid) - before)]);
        times.set(name, [...(times.get(name) ?? []), ...taken]);
      }
    }
    const of = (name: string) => rates.get(name) ?? [];
    const shareOf = (name: string) => median(of(name).map((rate, round) => rate / (of("bare list")[round] ?? 0)));
    const slowest = (name: string) => quantile(times.get(name) ?? [], 0.99);
    const rows = sides.map(({ name }) => [
      name,
      median(of(name)).toFixed(0),
      shareOf(name).toFixed(2),
      quantile(times.get(name) ?? [], 0.5).toFixed(0),
      slowest(name).toFixed(0),
      (slowest(name) / slowest("bare list")).toFixed(1),
    ]);
    console.log(
      [
        `| page | requests a CPU-second | beside the bare list | p50 ms | p99 ms | p99 beside the bare list |`,
        "| --- | --- | --- | --- | --- | --- |",
        ...rows.map((row) => `| ${row.join(" | ")} |`),
        `Web server after that: ${megabytesOf(web).toFixed(0)} MB; the bare one: ${megabytesOf(bare.pid).toFixed(0)} MB`,
      ].join("\n"),
    );
    for (const { name, share } of sides) expect.soft(shareOf(name), name).toBeGreaterThanOrEqual(share);
    expect.soft(megabytesOf(web), "memory of the web server").toBeLessThan(MEGABYTES_MAX);
  } finally {
    await bare.stop();
  }
});
