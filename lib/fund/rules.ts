/** Whether a round takes applications at `now`, will, or did. closesAt null: open all year. */
export function roundStatus(round: { opensAt: Date; closesAt: Date | null }, now: Date): "open" | "coming" | "closed" {
  if (round.opensAt > now) return "coming";
  return round.closesAt && round.closesAt <= now ? "closed" : "open";
}
