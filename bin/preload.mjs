// What the web server is given before its first line, built or while developing.
import "./end-with-parent.mjs";
import "./compress.mjs";
import "./error-page.mjs";
import "./odd-requests.mjs";
import "./remote-address.mjs";
