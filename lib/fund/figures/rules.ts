/** How long something takes: "9 days", "3 weeks". */
export function spanWords(days: number): string {
  if (days >= 14) return `${Math.round(days / 7)} weeks`;
  return days === 1 ? "1 day" : `${days} days`;
}
