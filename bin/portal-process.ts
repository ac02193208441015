// For the tests: the portal as a process, to watch and to kill.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const root = join(import.meta.dirname, "..");
const SETTINGS =
  /^(DATABASE_|TEST_|SMTP_URL|DESK_EMAIL|MAIL|BASE_URL|NEXTAUTH_|AUTH_SECRET|PORT|HOST|TRUST_PROXY|DATA_DIR|DEMO|BOOT_ID|MIGRATIONS|NODE_ENV|VITEST)/;

/** This process's environment without the portal's settings, plus those given. */
export function cleanEnvironment(settings: Record<string, string>): NodeJS.ProcessEnv {
  const rest = Object.entries(process.env).filter(([name]) => !SETTINGS.test(name));
  return { ...Object.fromEntries(rest), ...settings } as NodeJS.ProcessEnv;
}

export type PortalProcess = {
  child: ChildProcess;
  /** What it has printed so far; `errors` is the part on stderr. */
  output: () => string;
  errors: () => string;
  /** Resolves with the exit code, or the signal that ended it. */
  ended: Promise<number | string>;
  ready: () => Promise<void>;
};

/** Runs one of our programs, such as bin/start.mjs. `command`: a shell line to run instead. */
export function startPortal(
  settings: Record<string, string>,
  options: { program?: string[]; shell?: boolean } = {},
): PortalProcess {
  const program = (options.program ?? ["start.mjs"]).map((part, index) =>
    index === 0 ? join(root, "bin", part) : part,
  );
  const [file, args] = options.shell
    ? ["sh", ["-c", `"${process.execPath}" "${program[0]}"; true`]]
    : [process.execPath, program];
  const child = spawn(file, args, { cwd: root, env: cleanEnvironment(settings), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ended = once(child, "exit").then(([code, signal]) => signal ?? code);
  const ready = async () => {
    while (!/^Ready: /m.test(output)) {
      if (child.exitCode !== null) throw new Error(`The portal ended before it was ready:\n${output}${errors}`);
      await pause(50);
    }
  };
  return { child, output: () => output, errors: () => errors, ended, ready };
}

/** The processes that `pid` has started, and their children (Linux). */
export function descendantsOf(pid: number): number[] {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function parentOf(pid: string): number | null {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1]);
  } catch {
    return null; // it has ended meanwhile
  }
}
