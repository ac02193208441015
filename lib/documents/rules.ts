import type { Permission } from "#lib/lifecycle/permissions.ts";
import type { ScanState, State } from "#lib/platform/db/generated/enums.ts";

/** The sections of the form that hold files. */
export type FormFileSection = "partners" | "files";
/** Files of an arrangement: the invoices of its claims. */
export type ArrangementFileSection = "claims";
export type FileSection = FormFileSection | ArrangementFileSection;

export const PART_TITLES: Record<FileSection, string> = {
  partners: "Letters of support",
  files: "Documents",
  claims: "Invoices",
};

export const isFileSection = (text: string): text is FileSection => Object.hasOwn(PART_TITLES, text);
export const isFormFileSection = (section: FileSection): section is FormFileSection => section !== "claims";

/** Who may add and remove files of a section. */
export const permissionFor = (section: FileSection): Permission =>
  isFormFileSection(section) ? "application:edit" : "invoice:add";

type Fillable = { state: State; openSections: readonly string[]; heldAt: Date | null };

/**
 * Whether somebody at the agency may add and remove files now: together with the form, in a draft or in a section that
 * a request for changes opened; and for an arrangement, while it lasts.
 */
export function isOpenForFiles({ state, openSections, heldAt }: Fillable, section: FileSection): boolean {
  if (heldAt) return false;
  if (!isFormFileSection(section)) return state === "ACTIVE" || state === "CLOSING";
  return state === "DRAFT" || (state === "CHANGES_REQUESTED" && openSections.includes(section));
}

const PATHS: Record<FileSection, string> = {
  partners: "sections/files?of=partners",
  files: "sections/files",
  claims: "claims",
};

/** The page for adding and removing files of a section. */
export const filesPath = (reference: string, section: FileSection): string =>
  `/applications/${encodeURIComponent(reference)}/${PATHS[section]}`;

/** The same page after something was done on it. */
export function filesPathAfter(reference: string, section: FileSection, done: "added" | "removed"): string {
  const path = filesPath(reference, section);
  return `${path}${path.includes("?") ? "&" : "?"}done=${done}#files`;
}

export const FILE_BYTES_MAX = 25 * 1024 * 1024;
/** In one application, both sections of the form together. */
export const FILES_MAX = 20;
/** For one arrangement. */
export const ARRANGEMENT_FILES_MAX = 100;
/** For one person: uploads that no form has used yet. They are deleted after a day. */
export const UPLOADS_MAX = 2 * FILES_MAX;
const NAME_CHARS_MAX = 150;

type FileType = { label: string; mediaType: string; holds: string };

const office = "application/vnd.openxmlformats-officedocument";
const openDocument = "application/vnd.oasis.opendocument";

/** What may be uploaded, by extension; `holds` is the format that the file's first bytes must have. */
const FILE_TYPES: Readonly<Record<string, FileType>> = {
  pdf: { label: "PDF", mediaType: "application/pdf", holds: "pdf" },
  docx: { label: "DOCX", mediaType: `${office}.wordprocessingml.document`, holds: "docx" },
  xlsx: { label: "XLSX", mediaType: `${office}.spreadsheetml.sheet`, holds: "xlsx" },
  pptx: { label: "PPTX", mediaType: `${office}.presentationml.presentation`, holds: "pptx" },
  odt: { label: "ODT", mediaType: `${openDocument}.text`, holds: "odt" },
  ods: { label: "ODS", mediaType: `${openDocument}.spreadsheet`, holds: "ods" },
  png: { label: "PNG", mediaType: "image/png", holds: "png" },
  jpg: { label: "JPEG", mediaType: "image/jpeg", holds: "jpg" },
  jpeg: { label: "JPEG", mediaType: "image/jpeg", holds: "jpg" },
  txt: { label: "TXT", mediaType: "text/plain", holds: "text" },
  csv: { label: "CSV", mediaType: "text/csv", holds: "text" },
};

export const FILE_ACCEPT = Object.keys(FILE_TYPES)
  .map((extension) => `.${extension}`)
  .join(",");
export const FILE_LABELS = [...new Set(Object.values(FILE_TYPES).map(({ label }) => label))].join(", ");

const extensionOf = (fileName: string): string => /\.([a-z0-9]{1,5})$/i.exec(fileName)?.[1]?.toLowerCase() ?? "";

export const fileTypeOf = (fileName: string): FileType | null => FILE_TYPES[extensionOf(fileName)] ?? null;

/** "PDF, 1.2 MB" */
export const formatFile = ({ fileName, sizeBytes }: { fileName: string; sizeBytes: number }): string =>
  `${fileTypeOf(fileName)?.label ?? "file"}, ${formatBytes(sizeBytes)}`;

function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/**
 * Characters that no file name needs: control characters, folder separators, noncharacters, and those that change the
 * direction of the text.
 */
const UNWANTED = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u200e\u200f\u202a-\u202e\u2066-\u2069"*:<>?|]/gu;

/** A name that any system can store, in any language, without the folders that it may come with. */
export function cleanFileName(given: string): string {
  const name = (given.normalize("NFC").split(/[/\\]/).at(-1) ?? "").replace(UNWANTED, "").replace(/\s+/gu, " ");
  const end = extensionOf(name);
  const stem = (end ? name.slice(0, -end.length - 1) : name).replace(/^[\s.]+|[\s.]+$/gu, "");
  const short = [...stem].slice(0, NAME_CHARS_MAX).join("") || "file";
  return end ? `${short}.${end}` : short;
}

/** What is wrong with a file, as far as can be told before it is sent; null if nothing. */
export function checkFile({ fileName, sizeBytes }: { fileName: string; sizeBytes: number }): string | null {
  if (/[/\\\p{Cc}]/u.test(fileName)) return "Rename the file: its name cannot have a slash or a line break";
  if (!fileTypeOf(fileName)) return `Choose a file of one of these types: ${FILE_LABELS}`;
  if (sizeBytes === 0) return "The file is empty. Choose another";
  return sizeBytes > FILE_BYTES_MAX ? "The file must be 25 MB or smaller" : null;
}

type Content = { holds: string | null; isText: boolean; isPdf: boolean; isLocked: boolean };

/** Whether a file can be opened as what its name says. `holds`: the format of its first bytes. */
export function checkContent(fileName: string, { holds, isText, isPdf, isLocked }: Content): string | null {
  const type = fileTypeOf(fileName);
  if (type && opensAs(type, { holds, isText, isPdf })) {
    return isLocked && type.holds === "pdf" ? "The PDF needs a password to open. Save it again without one" : null;
  }
  const hint = type?.holds === "text" ? "Save it again as plain text (UTF-8)" : "Save it again in that format";
  return `The file is not what its name says: it is not a ${type?.label ?? "known format"}. ${hint}, without a password`;
}

function opensAs(type: FileType, { holds, isText, isPdf }: Omit<Content, "isLocked">): boolean {
  if (type.holds === "pdf") return isPdf;
  if (type.holds !== "text") return type.holds === holds;
  // A list that starts with “BM” is not an image: it opens as text. A file in another of our formats is not a list.
  return isText && !Object.values(FILE_TYPES).some((one) => one.holds === holds);
}

export const isDownloadable = (state: ScanState): boolean => state === "CLEAN" || state === "NOT_SCANNED";

/** In words, and with the kind of tag. */
export const SCAN_LABELS: Record<ScanState, { label: string; kind: "ok" | "wait" | "bad" | "neutral" }> = {
  WAITING: { label: "Waiting for the malware scan", kind: "wait" },
  CLEAN: { label: "Scanned, nothing found", kind: "ok" },
  REFUSED: { label: "Refused: malware found", kind: "bad" },
  NOT_SCANNED: { label: "Not scanned for malware", kind: "neutral" },
};
