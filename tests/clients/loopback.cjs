// Loaded into each server before it starts (`node --require`): it listens on 127.0.0.1 alone, whatever address it
// asks for, and goes when the test that holds its standard input goes, however that ends.
const net = require("node:net");

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (first, ...rest) {
  const told = rest.filter((one) => typeof one === "function");
  if (typeof first === "number" || (typeof first === "string" && /^\d+$/.test(first))) {
    return listen.call(this, { port: Number(first), host: "127.0.0.1" }, ...told);
  }
  if (first && typeof first === "object" && "port" in first) {
    return listen.call(this, { ...first, host: "127.0.0.1" }, ...rest);
  }
  throw new Error("This server asks for something else than a port of 127.0.0.1.");
};

process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
