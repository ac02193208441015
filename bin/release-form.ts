// `npm run release:form`: writes every changed form as a new release, which drafts move to and later versions are
// signed off on. Name every renamed field, old to new, so that it keeps its answers: `npm run release:form --
// need.threat=need.danger budget.lines.description=budget.lines.what`
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { FORMS, type KeptForm, nextRelease } from "./forms.ts";

function renamesOf(form: KeptForm) {
  const renames: Record<string, Record<string, string>> = {};
  for (const word of process.argv.slice(2)) {
    const [, section = "", from = "", other, to = ""] = /^(\w+)\.([\w.]+)=(\w+)\.([\w.]+)$/.exec(word) ?? [];
    if (!section || section !== other) throw new Error(`Name a field as section.old=section.new, not “${word}”.`);
    if (!form.sections().some(({ key }) => key === section)) continue;
    renames[section] = { ...renames[section], [from]: to };
  }
  return renames;
}

try {
  for (const form of FORMS) {
    const release = nextRelease(form, renamesOf(form));
    if (!release) continue;
    writeFileSync(
      join(import.meta.dirname, "..", form.file),
      `${JSON.stringify([...form.releases, release], null, 2)}\n`,
    );
    console.log(`${form.file}: release ${release.number}`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
