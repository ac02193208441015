import type { ReactNode } from "react";
import { Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import type { ListedFile } from "#lib/documents/queries.ts";
import { formatFile, isDownloadable, SCAN_LABELS } from "#lib/documents/rules.ts";
import { formatInstant } from "#lib/platform/dates.ts";

type FileListProps<File extends ListedFile> = {
  files: readonly File[];
  reference: string;
  /** What can be done with a file. */
  act?: (file: File) => ReactNode;
};

/**
 * Files of an application, each with its malware scan result. A file that has not passed the scan cannot be downloaded.
 */
export function FileList<File extends ListedFile>({ files, reference, act }: FileListProps<File>) {
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
        { header: "Description", cell: ({ description }) => description },
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

type NamedFile = Pick<ListedFile, "id" | "fileName" | "sizeBytes" | "scanState">;

/** A link to the file, or only its name where it cannot be downloaded. */
export function FileName({ file, reference }: { file: NamedFile; reference: string }) {
  const name = `${file.fileName} (${formatFile(file)})`;
  if (!isDownloadable(file.scanState)) return <span className="app-address">{name}</span>;
  return (
    <a className="app-address" href={`/applications/${reference}/files/${file.id}`}>
      Download {name}
    </a>
  );
}
