/** The lists from which somebody opens what stands in them and comes back. */
export const LISTS = ["/applications", "/budget/claims"] as const;

/** The cookie that holds how a list was narrowed and ordered last, until the browser is closed or somebody signs in. */
export const listCookie = (path: string): string => `list${path.replaceAll("/", ".")}`;
