// Debian's chromium, headless, in a folder of its own that goes with it; nothing is asked of the network.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { chromium } = require("playwright-core");

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--proxy-bypass-list=*",
];

exports.launched = async function launched(executablePath) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "replyby-chromium-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath, args: FLAGS, headless: true, viewport: { width: 1240, height: 900 },
  });
  return {
    newPage: async ({ viewport }) => {
      const page = await context.newPage();
      await page.setViewportSize(viewport);
      return page;
    },
    close: async () => {
      await context.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
};
