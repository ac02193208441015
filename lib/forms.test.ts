// Who may render a form: what somebody types is kept by the few components that know how.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/**
 * Files that render a form themselves: those that somebody writes in, and those that only request a page or press a
 * button.
 */
const OWN_FORMS = {
  keeping: [
    "components/form/form-shell.tsx",
    "components/form/file-upload.tsx",
    "app/(agency)/applications/[reference]/sections/[section]/form.tsx",
  ],
  asking: ["components/ui/filters.tsx", "app/(mfat)/rounds/[id]/choose/page.tsx"],
  pressing: [
    "components/form/clear-typed.tsx",
    "components/site/site-header.tsx",
    "app/(shared)/account/page.tsx",
    "app/(shared)/unsent/page.tsx",
    "app/(public)/sign-in/form.tsx",
  ],
};

const own = ["app", "components"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => `${folder}/${path}`),
  )
  .filter((path) => path.endsWith(".tsx"))
  .map((path) => [path, readFileSync(join(root, path), "utf8")] as const)
  .filter(([, text]) => /<form\b/.test(text));

test("what is typed is kept by one of the few that write a form: another is made of theirs", () => {
  expect(own.map(([path]) => path).sort()).toEqual(Object.values(OWN_FORMS).flat().sort());
  for (const [path, text] of own) {
    const keeps = /useAutosave\(/.test(text) && /className="app-saved"|children/.test(text);
    expect([path, keeps]).toEqual([path, OWN_FORMS.keeping.includes(path)]);
  }
});

test("each has a name", () => {
  const tags = own.flatMap(([path, text]) => [...text.matchAll(/<form\b(?:[^>]|=>)*>/g)].map(([tag]) => [path, tag]));
  expect(tags.length).toBeGreaterThan(10);
  expect(tags.filter(([, tag]) => !tag?.includes("aria-label="))).toEqual([]);
});
