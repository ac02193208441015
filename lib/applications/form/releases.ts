import type { Field, Values } from "#lib/form/fields.ts";
import { storedReleases } from "#lib/form/stored.ts";
import {
  type FormSection,
  formerFields,
  moveValues,
  newestOf,
  partValues,
  type Release,
  type ReleasedForm,
  renameFields,
  renamesSince,
  renameValues,
  sectionsNow,
  withRetired,
} from "#lib/form/versions.ts";
import declarationReleases from "./declaration-releases.json" with { type: "json" };
import applicationReleases from "./releases.json" with { type: "json" };
import { fieldsOf, SECTIONS, type SectionKey, WRITTEN_SECTIONS } from "./sections.ts";

/** The releases of the application form and of the certifier's declaration, newest last. */
export const APPLICATION_RELEASES = storedReleases(applicationReleases);
export const DECLARATION_RELEASES = storedReleases(declarationReleases);

const releasesOf = (key: SectionKey): readonly Release[] =>
  SECTIONS[key].by === "CERTIFIER" ? DECLARATION_RELEASES : APPLICATION_RELEASES;

const sectionOf = (key: SectionKey): FormSection => {
  const { number, title, fields } = SECTIONS[key];
  return { key, number, title, fields: fields() };
};

/** The current forms, as they would be released. */
export const applicationSections = (): FormSection[] => WRITTEN_SECTIONS.map(sectionOf);
export const declarationSections = (): FormSection[] => [sectionOf("declaration")];

/** The release that a draft is on from its next save. */
export const formNumberNow = (): number => newestOf(APPLICATION_RELEASES).number;

/** A draft's fields: the current ones, with words for options that are no longer offered. */
export const draftFields = (key: SectionKey, years: readonly number[]): Field[] =>
  withRetired(releasesOf(key), key, fieldsOf(key, years));

/** The fields that a section used to ask for and no longer does. */
export const fieldsOnceAsked = (key: SectionKey, years: readonly number[]): readonly Field[] =>
  formerFields(releasesOf(key), key, fieldsOf(key, years));

type Kept = { values: Values; former: Values };

/** A draft's stored section, moved from the release that it was written on to the current one. */
export function moveSection(key: SectionKey, { values, former }: Kept, from: number, years: readonly number[]): Kept {
  const renames = renamesSince(releasesOf(key), from, key);
  const moved = moveValues(fieldsOf(key, years), renames, values, former);
  return { values: moved.asked, former: moved.former };
}

/** States in a form which release it was rendered from, as a part of its marks (merge.ts). */
export const formMark = (number = formNumberNow()): string => `form=${number}`;

/**
 * What a form from before the newest release sent, as the current form would send it: fields that it did not have keep
 * their stored values. `number`: the release it was rendered from, which it stays on. `former`: what it sent for fields
 * that are no longer asked.
 */
export function catchUp(key: SectionKey, sent: Values, shown: string, stored: Values, years: readonly number[]) {
  const number = Number(/(?:^| )form=(\d+)/.exec(shown)?.[1] ?? 1);
  if (!shown || number >= formNumberNow()) return { number: formNumberNow(), sent, shown, former: {} };
  const releases = releasesOf(key);
  const renames = renamesSince(releases, number, key);
  const before = releases.find((release) => release.number === number)?.sections.find((one) => one.key === key);
  const asked = renameFields(before?.fields ?? [], renames);
  const typed = moveSection(key, { values: sent, former: {} }, number, years);
  const isNew = ({ name }: Field) => !asked.some((field) => field.name === name);
  const { asked: kept } = partValues(fieldsOf(key, years).filter(isNew), stored);
  const { asked: former } = partValues(fieldsOnceAsked(key, years), typed.former);
  const { former: others } = partValues(asked, renameValues(sent, renames));
  const marks = shown.split(" ").map((mark) => {
    const [name = "", value] = mark.split("=");
    return `${Object.keys(renameValues({ [name]: "" }, renames))[0]}=${value}`;
  });
  return { number, sent: { ...others, ...typed.values, ...kept }, shown: marks.join(" "), former };
}

export type SignedSection = FormSection & { key: SectionKey };

/** The sections of a signed-off version, in the words of its day and under the current names. */
export const signedSections = (form: ReleasedForm, declaration: ReleasedForm): SignedSection[] =>
  [...sectionsNow(form, APPLICATION_RELEASES), ...sectionsNow(declaration, DECLARATION_RELEASES)].map((section) => ({
    ...section,
    key: section.key as SectionKey,
  }));

/** What was typed into a section of a release, under the current names. */
export const signedValues = (key: SectionKey, { number }: ReleasedForm, values: Values): Values =>
  renameValues(values, renamesSince(releasesOf(key), number, key));
