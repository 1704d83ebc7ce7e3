// A hand and an eye on a page: node browser.cjs URL FOLDER CHROMIUM. Each line of standard input is something to do,
// as JSON; each is answered by a line, {"ok": true, ...} or {"error": "..."}. It goes when its input is closed.
const path = require("node:path");
const readline = require("node:readline");
const { launched } = require("./chromium.cjs");

const [, , url, folder, chromium] = process.argv;
const PATIENCE = 20000; // milliseconds

const does = {
  // Waits until the words can be read.
  see: (tab, { text }) => tab.getByText(text).last().waitFor({ timeout: PATIENCE }),
  // Waits until nobody can read them any more.
  gone: (tab, { text }) => tab.waitForFunction((words) => !document.body.innerText.includes(words), text, { timeout: PATIENCE }),
  type: async (tab, { text }) => {
    await tab.getByRole("textbox").last().click({ timeout: PATIENCE });
    await tab.keyboard.type(text);
    await tab.keyboard.press("Enter");
  },
  // Puts the log beside the chat away.
  alone: (tab) => tab.getByTitle("Toggle Log Panel").click({ timeout: PATIENCE }),
  press: (tab, { label }) => tab.getByRole("button", { name: label, exact: true }).last().click({ timeout: PATIENCE }),
  // Waits until there is a card at all.
  card: (tab) => tab.locator(".ac-adaptiveCard").last().waitFor({ timeout: PATIENCE }),
  cards: async (tab) => ({ cards: await tab.locator(".ac-adaptiveCard").count() }),
  shot: async (tab, { name }) => {
    await tab.waitForTimeout(300); // what moves on the page comes to rest
    await tab.screenshot({ path: path.join(folder, `${name}.png`) });
  },
  html: async (tab) => ({ html: await tab.content() }),
};

(async () => {
  const browser = await launched(chromium);
  try {
    const tab = await browser.newPage({ viewport: { width: 1240, height: 900 } });
    await tab.goto(url, { waitUntil: "load" });
    for await (const line of readline.createInterface({ input: process.stdin })) {
      const told = JSON.parse(line);
      let answer;
      try {
        answer = { ok: true, ...(await does[told.do](tab, told)) };
      } catch (error) {
        await tab.screenshot({ path: path.join(folder, "failed.png") });
        answer = { error: String(error.message || error) };
      }
      process.stdout.write(JSON.stringify(answer) + "\n");
    }
  } finally {
    await browser.close();
  }
})().catch((error) => {
  process.stderr.write(String(error && error.stack ? error.stack : error) + "\n");
  process.exit(1);
});
