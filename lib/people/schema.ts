/** The people of the demo, one for each role and side; /sign-in lists them in demo mode. */
export const DEMO_PEOPLE = [
  { email: "contributor@police.example", name: "Aroha Ngata", agency: "NZ Police", roles: ["CONTRIBUTOR"] },
  { email: "certifier@police.example", name: "Daniel Whyte", agency: "NZ Police", roles: ["CERTIFIER"] },
  { email: "contributor@customs.example", name: "Sione Tāufa", agency: "Customs", roles: ["CONTRIBUTOR"] },
  { email: "certifier@customs.example", name: "Ruth Okafor", agency: "Customs", roles: ["CERTIFIER"] },
  { email: "desk@mfat.example", name: "Mere Tūhoro", agency: null, roles: ["DESK"] },
  { email: "assessor1@mfat.example", name: "Hēmi Walker", agency: null, roles: ["ASSESSOR"] },
  { email: "assessor2@mfat.example", name: "Priya Raman", agency: null, roles: ["ASSESSOR"] },
  { email: "assessor3@mfat.example", name: "Tom Fa‘asavalu", agency: null, roles: ["ASSESSOR"] },
  { email: "budget@mfat.example", name: "Ingrid Solomon", agency: null, roles: ["BUDGET"] },
  { email: "approver1@mfat.example", name: "Kate Morrison", agency: null, roles: ["APPROVER"], limitCents: 15_000_000n },
  { email: "approver2@mfat.example", name: "Wiremu Grant", agency: null, roles: ["APPROVER"], limitCents: null },
  { email: "auditor@mfat.example", name: "Lucy Chen", agency: null, roles: ["AUDITOR"] },
  { email: "admin@mfat.example", name: "Peter Vaiola", agency: null, roles: ["ADMINISTRATOR"] },
] as const;
