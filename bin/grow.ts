// `npm run grow -- 100000`: copies the demonstration's applications until there are that many, to try lists and
// searches with.
import { grow } from "../prisma/grow.ts";
import { onDatabase } from "./database.ts";

const wanted = Number(process.argv[2]);
if (!Number.isInteger(wanted) || wanted < 1) {
  console.error("Say how many applications there are to be: npm run grow -- 100000");
  process.exit(1);
}
await onDatabase(async ({ ownerUrl }) => {
  const count = await grow(ownerUrl, wanted, (line) => console.log(line));
  console.log(`There are ${count.toLocaleString("en-NZ")} applications now.`);
});
