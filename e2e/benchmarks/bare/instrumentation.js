// Next takes the one of the portal, further up, where there is none here.
export function register() {}
