const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);

/** A short mail as text and as HTML: paragraphs, one link, and the marking first and last. */
export function composeEmail(mail: {
  marking: string;
  paragraphs: readonly string[];
  link?: { label: string; url: string };
}): { text: string; html: string } {
  const { marking, paragraphs, link } = mail;
  const text = [marking, ...paragraphs, ...(link ? [`${link.label}: ${link.url}`] : []), marking].join("\n\n");
  const html = [
    `<p><strong>${escapeHtml(marking)}</strong></p>`,
    ...paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph).replaceAll("\n", "<br>")}</p>`),
    ...(link ? [`<p><a href="${escapeHtml(link.url)}">${escapeHtml(link.label)}</a></p>`] : []),
    `<p><strong>${escapeHtml(marking)}</strong></p>`,
  ].join("\n");
  return { text: `${text}\n`, html: `<!doctype html>\n<html lang="en-NZ">\n<body>\n${html}\n</body>\n</html>\n` };
}
