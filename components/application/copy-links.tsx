type CopyLinksProps = {
  reference: string;
  /** Set where the page itself is the printable copy. */
  isOnCopy?: boolean;
};

/** Links to the whole application on one page, and as a file. */
export function CopyLinks({ reference, isOnCopy }: CopyLinksProps) {
  return (
    <p className="app-copy-links app-no-print">
      {isOnCopy ? (
        <span>Print this page from your browser.</span>
      ) : (
        <a href={`/applications/${reference}/print`}>Printable copy</a>
      )}
      <a href={`/applications/${reference}/pdf`}>Download as PDF</a>
    </p>
  );
}
