/** The lists from which somebody opens what stands in them and comes back, by what they are called. */
export const LIST_NAMES = {
  "/applications": "Applications",
  "/budget/claims": "Claims",
  "/reports": "Reports",
  "/variations": "Variations",
} as const;
export type ListPath = keyof typeof LIST_NAMES;
export const LISTS = Object.keys(LIST_NAMES) as ListPath[];
export const isList = (path: string): path is ListPath => Object.hasOwn(LIST_NAMES, path);

/** The cookie that holds how a list was narrowed and ordered last, until the browser is closed or somebody signs in. */
export const listCookie = (path: string): string => `list${path.replaceAll("/", ".")}`;
/** The cookie that holds which of them was seen last. */
export const LAST_LIST = "list";
