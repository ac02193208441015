import { z } from "zod";
import type { Field, Lists, Values } from "./fields.ts";
import type { Release, ReleasedForm } from "./versions.ts";

// Parses JSON columns and release files when they are read: anything that we did not write throws here.

const VALUES = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const OPTIONS = z.array(z.object({ value: z.string(), label: z.string(), hint: z.string().optional() }));
/** The rules of a field are in the code that asks it: only what all fields have in common is checked here. */
const FIELD = z.looseObject({ kind: z.string(), name: z.string(), label: z.string() });
const FORM = z.object({
  kind: z.string(),
  number: z.number().int(),
  renames: z.record(z.string(), z.record(z.string(), z.string())),
  sections: z.array(z.object({ key: z.string(), number: z.number().int(), title: z.string(), fields: z.array(FIELD) })),
});

/** Answers as they were typed; empty where nothing is stored yet. */
export const storedValues = (json: unknown): Values => VALUES.parse(json ?? {});

/** The answers of several sections, by their keys. */
export const storedSections = (json: unknown): Readonly<Record<string, Values>> =>
  z.record(z.string(), VALUES).parse(json ?? {});

export const storedLists = (json: unknown): Lists => z.record(z.string(), OPTIONS).parse(json);

/** A release as it is stored in the database. */
export const storedForm = (text: string): ReleasedForm => asForm(FORM.parse(JSON.parse(text)));

/** The releases of a form as its file holds them. */
export const storedReleases = (json: unknown): Release[] =>
  z
    .array(FORM.extend({ hash: z.string() }))
    .parse(json)
    .map(({ hash, ...form }) => ({ ...asForm(form), hash }));

const asForm = (form: z.infer<typeof FORM>): ReleasedForm => ({
  ...form,
  sections: form.sections.map((section) => ({ ...section, fields: section.fields as unknown as Field[] })),
});
