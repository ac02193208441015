import type { ReactNode } from "react";
import { formatInstant } from "../lib/dates.ts";
import type { ListedFile } from "../lib/documents/queries.ts";
import { formatFile, isDownloadable, SCAN_LABELS } from "../lib/documents/rules.ts";
import { Table } from "./ui/table.tsx";
import { Tag } from "./ui/tag.tsx";

type FileListProps = {
  files: readonly ListedFile[];
  reference: string;
  /** What may be done with a file, beside it. */
  act?: (file: ListedFile) => ReactNode;
};

/** Files of an application, each with what the malware scan says; one that has not passed it is not given out. */
export function FileList({ files, reference, act }: FileListProps) {
  return (
    <Table
      caption="Files"
      hideCaption
      onPhone="stack"
      empty="No files."
      rows={files}
      keyOf={(file) => file.id}
      columns={[
        { header: "File", cell: (file) => <FileName file={file} reference={reference} />, isRowHeader: true },
        { header: "What it is", cell: ({ description }) => description },
        { header: "Added", cell: ({ addedAt }) => formatInstant(addedAt) },
        {
          header: "Malware scan",
          cell: ({ scanState }) => <Tag kind={SCAN_LABELS[scanState].kind}>{SCAN_LABELS[scanState].label}</Tag>,
        },
        ...(act ? [{ header: "Change", cell: act, isAct: true }] : []),
      ]}
    />
  );
}

/** A link to the file, or its name where it is not given out. */
export function FileName({ file, reference }: { file: ListedFile; reference: string }) {
  const name = `${file.fileName} (${formatFile(file)})`;
  if (!isDownloadable(file.scanState)) return <span className="app-address">{name}</span>;
  return (
    <a className="app-address" href={`/applications/${reference}/files/${file.id}`}>
      Download {name}
    </a>
  );
}
