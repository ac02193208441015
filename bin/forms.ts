import { createHash } from "node:crypto";
import {
  APPLICATION_RELEASES,
  applicationSections,
  DECLARATION_RELEASES,
  declarationSections,
} from "#lib/applications/form/releases.ts";
import { ACQUITTAL_RELEASES, acquittalSections } from "#lib/arrangements/settlement/schema.ts";
import {
  contentOf,
  type FormSection,
  type Release,
  type ReleasedForm,
  type Renames,
  releaseProblems,
} from "#lib/form/versions.ts";
import { REPORT_RELEASES, reportSections } from "#lib/reports/schema.ts";
import { VARIATION_RELEASES, variationSections } from "#lib/variations/schema.ts";

/** A form with its releases, their file, and the form as it is in the code now. */
export type KeptForm = { kind: string; file: string; releases: readonly Release[]; sections: () => FormSection[] };

/** Every form that is signed off or submitted. */
export const FORMS: readonly KeptForm[] = [
  {
    kind: "APPLICATION",
    file: "lib/applications/form/releases.json",
    releases: APPLICATION_RELEASES,
    sections: applicationSections,
  },
  {
    kind: "DECLARATION",
    file: "lib/applications/form/declaration-releases.json",
    releases: DECLARATION_RELEASES,
    sections: declarationSections,
  },
  { kind: "REPORT", file: "lib/reports/releases.json", releases: REPORT_RELEASES, sections: reportSections },
  {
    kind: "ACQUITTAL",
    file: "lib/arrangements/settlement/releases.json",
    releases: ACQUITTAL_RELEASES,
    sections: acquittalSections,
  },
  {
    kind: "VARIATION",
    file: "lib/variations/releases.json",
    releases: VARIATION_RELEASES,
    sections: variationSections,
  },
];

export const hashOf = (form: ReleasedForm): string => createHash("sha256").update(contentOf(form)).digest("hex");

/**
 * The current form as its next release; null where it is already the newest.
 * @throws where answers to earlier releases could be lost or misread
 */
export function nextRelease({ kind, releases, sections }: KeptForm, renames: Renames = {}): Release | null {
  const newest = releases.at(-1);
  const today = sections();
  if (newest && contentOf({ ...newest, sections: today }) === contentOf(newest)) return null;
  const form: ReleasedForm = { kind, number: releases.length + 1, renames, sections: today };
  const problems = releaseProblems([...releases, form]);
  if (problems.length) throw new Error(problems.join("\n"));
  return { hash: hashOf(form), ...form };
}
