// Preloaded into the web server and the worker: they exit when the process that started them is gone, even if it was
// killed.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.kill(process.pid, "SIGTERM"), 250).unref();
