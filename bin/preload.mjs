// What is loaded into the web server before its own code, both built and in development.
import "./end-with-parent.mjs";
import "./compress.mjs";
import "./error-page.mjs";
import "./odd-requests.mjs";
import "./remote-address.mjs";
