// Finds a Chromium for the browser tests, or installs one. A headless build is preferred, as by Playwright itself: the
// other starts processes for its tabs and buttons around each page, which take a third of the tests' time.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const DEBIAN = ["chromium-headless-shell", "chromium"];

/**
 * The program's path, or "" for the one that Playwright has downloaded. Throws when there is none and none can be
 * installed.
 */
export async function findOrInstallBrowser() {
  const found = await findBrowser();
  if (found !== null) return found;
  console.log("No browser for the tests yet: trying Playwright's own ...");
  playwright("install", "chromium");
  if (await hasPlaywrightBrowser()) return "";
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.log("Trying the system's package ...");
    const quiet = {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    };
    spawnSync("apt-get", ["update", "-qq"], quiet);
    for (const name of DEBIAN) {
      spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name], quiet);
      if (existsSync(`/usr/bin/${name}`)) return `/usr/bin/${name}`;
    }
  }
  throw new Error(
    "The browser tests need Chromium. Install it (Debian: apt-get install chromium), or set CHROMIUM to its path.",
  );
}

async function findBrowser() {
  const { CHROMIUM } = process.env;
  if (CHROMIUM && !existsSync(CHROMIUM)) throw new Error(`CHROMIUM: there is no program at ${CHROMIUM}`);
  if (CHROMIUM) return CHROMIUM;
  const ofSystem = DEBIAN.map((name) => `/usr/bin/${name}`).find((path) => existsSync(path));
  return ofSystem ?? ((await hasPlaywrightBrowser()) ? "" : null);
}

async function hasPlaywrightBrowser() {
  const { chromium } = await import("@playwright/test");
  return existsSync(chromium.executablePath());
}

function playwright(...args) {
  spawnSync(process.execPath, [join(root, "node_modules", "@playwright", "test", "cli.js"), ...args], {
    cwd: root,
    stdio: "inherit",
    timeout: 300_000,
  });
}
