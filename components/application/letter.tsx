/** A letter as it was sent: paragraphs parted by empty lines. */
export function Letter({ letter }: { letter: string }) {
  return (
    <div className="app-letter">
      {letter.split("\n\n").map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
    </div>
  );
}
