// The application form without answers, to prepare from.

import { APPLICATION_RELEASES, DECLARATION_RELEASES } from "#lib/applications/form/releases.ts";
import type { Field, Lists } from "#lib/form/fields.ts";
import { expandFields, type FormSection, newestOf } from "#lib/form/versions.ts";
import { answer, type Paper, type PaperItem, type PaperSection, paragraph, table } from "#lib/platform/paper.ts";

const YEARS = [{ value: "", label: "Amount in each financial year" }];

/** Every question of the newest release of the form, with its hint, its limit and its options. */
export function blankForm(lists: Lists): Paper {
  const [form, declaration] = [newestOf(APPLICATION_RELEASES), newestOf(DECLARATION_RELEASES)];
  return {
    above: ["Pacific Security Fund", "Blank form, to prepare your answers"],
    title: "Application form",
    reference: `Form version ${form.number}`,
    marking: "UNCLASSIFIED",
    sections: [
      {
        title: "Before you start",
        items: [
          paragraph(
            "Use this to collect your answers. You apply in the portal, which saves as you type, adds up amounts and checks each answer. Answer every question unless it says “(optional)”.",
          ),
        ],
      },
      ...form.sections.map((section) => sectionOf(section, lists)),
      ...declaration.sections.map((section) => sectionOf(section, lists)),
    ],
  };
}

function sectionOf({ key, number, title, fields }: FormSection, lists: Lists): PaperSection {
  const items = expandFields(fields, { years: YEARS }).flatMap((field) => questionOf(field, lists));
  if (key === "files")
    items.push(paragraph("Add documents that support your application, each with a description (optional)."));
  if (key === "declaration") items.unshift(paragraph("Your certifier completes this at sign-off."));
  return { title: `${number}. ${title}`, items };
}

/** A question with its hint and what its answer may be; of rows also what each asks for. */
export function questionOf(field: Field, lists: Lists): PaperItem[] {
  const label = `${field.label}${field.optional ? " (optional)" : ""}`;
  const lines = [field.hint ?? "", ...answerWords(field, lists)].filter(Boolean);
  if (field.kind !== "rows") return [answer(label, ...(lines.length ? lines : ["Text"]))];
  const rows = field.columns.map((column) => [
    `${column.label}${column.optional ? " (optional)" : ""}`,
    [column.hint ?? "", ...answerWords(column, lists)].filter(Boolean).join("\n") || "Text",
  ]);
  return [answer(label, ...lines), table(`Each ${field.noun} asks for`, ["Question", "Answer"], rows)];
}

const optionsOf = (options: string | readonly { label: string }[], lists: Lists) =>
  (typeof options === "string" ? (lists[options] ?? []) : options).map(({ label }) => `• ${label}`);

/** What kind of answer a field takes. */
function answerWords(field: Field, lists: Lists): string[] {
  switch (field.kind) {
    case "text":
    case "longText":
      return [limitOf(field)];
    case "email":
      return ["Email address"];
    case "day":
      return ["Date"];
    case "whole":
      return [`A whole number from ${field.min} to ${field.max}`];
    case "amount":
      return ["Amount in dollars"];
    case "confirm":
      return ["Confirm"];
    case "choice":
      return ["Choose one:", ...optionsOf(field.options, lists)];
    case "choices":
      return ["Choose one or more:", ...optionsOf(field.options, lists)];
    case "shares":
      return ["Choose one or more, with a percentage each:", ...optionsOf(field.options, lists)];
    case "lookup":
      return ["The portal fills this in"];
    case "rows":
      return [`${field.min ? `${field.min} or more, ` : ""}${field.max} at most`];
  }
}

function limitOf(field: { charsMax?: number; wordsMax?: number }): string {
  if (field.wordsMax) return `${field.wordsMax.toLocaleString("en-NZ")} words at most`;
  return field.charsMax ? `${field.charsMax.toLocaleString("en-NZ")} characters at most` : "";
}
