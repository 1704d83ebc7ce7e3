// Draws what Slack and Teams would show: node pictures.cjs ITEMS.json FOLDER CHROMIUM
// An item: {name, title, slack: [{label, blocks}], teams: [{label, card}]}; a picture each, and sheets of several.
const fs = require("node:fs");
const path = require("node:path");
const { createElement } = require("react");
const { renderToStaticMarkup } = require("react-dom/server");
const { Message } = require("slack-blocks-to-jsx");
const { launched } = require("./chromium.cjs");

const [, , source, folder, chromium] = process.argv;
const A_SHEET = 4;
const modules = process.env.NODE_PATH;
const read = (...parts) => fs.readFileSync(path.join(modules, ...parts), "utf8");

// Teams' own look, as far as it matters to the eye: Segoe UI's sizes, its greys and its blue.
const HOST = {
  fontFamily: "Segoe UI, Selawik, Liberation Sans, Arial, sans-serif",
  fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
  lineHeights: { small: 16, default: 20, medium: 22, large: 24, extraLarge: 32 },
  spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 20, padding: 16 },
  containerStyles: {
    default: { backgroundColor: "#ffffff", foregroundColors: colours("#242424", "#616161") },
    emphasis: { backgroundColor: "#f5f5f5", foregroundColors: colours("#242424", "#616161") },
  },
  actions: { maxActions: 6, actionsOrientation: "horizontal", buttonSpacing: 8, actionAlignment: "left" },
  factSet: { title: { weight: "Bolder", wrap: true, maxWidth: 140 }, value: { wrap: true }, spacing: 12 },
  inputs: { label: { inputSpacing: "small", requiredInputs: { suffix: " *" } } },
};

function colours(plain, subtle) {
  const one = (value, soft) => ({ default: value, subtle: soft });
  return {
    default: one(plain, subtle), accent: one("#5b5fc7", "#7579eb"), attention: one("#c4314b", "#c4314b"),
    good: one("#237b4b", "#237b4b"), warning: one("#835b00", "#835b00"), dark: one(plain, subtle),
    light: one("#ffffff", "#f0f0f0"),
  };
}

// The library takes "verbatim" for "no markup at all"; Slack only makes no links and mentions of its own then.
const spoken = (blocks) => JSON.parse(JSON.stringify(blocks, (key, value) => (key === "verbatim" ? undefined : value)));

function slack(shown) {
  const props = { blocks: spoken(shown.blocks), logo: "", name: "Replyby", theme: "light", withoutWrapper: true };
  const view = shown.title ? `<div class="view"><b>${escaped(shown.title)}</b></div>` : "";
  const buttons = shown.submit ? `<div class="foot"><i>Cancel</i> <u>${escaped(shown.submit)}</u></div>` : "";
  return `<div class="slack">${view}${renderToStaticMarkup(createElement(Message, props))}${buttons}</div>`;
}

function escaped(words) {
  return words.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}

function page(items) {
  const rows = items.map(
    (item) => `<section id="${item.name}"><h1>${escaped(item.title)}</h1><div class="pair">
      <div class="side">${item.slack.map((one) => `<h2>Slack: ${one.label}</h2>${slack(one)}`).join("")}</div>
      <div class="side">${item.teams
        .map((one) => `<h2>Teams: ${one.label}</h2><div class="card" data-card='${JSON.stringify(one.card).replace(/&/g, "&amp;").replace(/'/g, "&#39;")}'></div>`)
        .join("")}</div></div></section>`
  );
  return `<!doctype html><meta charset="utf-8"><style>${read("slack-blocks-to-jsx", "dist", "style.css")}</style>
  <style>${read("adaptivecards", "dist", "adaptivecards.css")}
  body { margin: 0; background: #fff; font: 14px "Segoe UI", "Liberation Sans", Arial, sans-serif; width: 1240px }
  section { padding: 12px 16px 20px; border-bottom: 3px solid #d0d0d0 }
  h1 { font-size: 15px; margin: 0 0 8px; color: #a0182b } h2 { font-size: 11px; color: #767676; margin: 6px 0 }
  .pair { display: flex; gap: 20px; align-items: flex-start } .side { width: 590px; flex: none }
  .slack { border: 1px solid #ddd; border-radius: 8px; padding: 10px 14px; overflow-wrap: anywhere }
  .slack * { min-width: 0 }
  .view { border-bottom: 1px solid #ddd; padding-bottom: 6px; margin-bottom: 6px }
  .foot { border-top: 1px solid #ddd; margin-top: 8px; padding-top: 8px; text-align: right }
  .foot u { background: #007a5a; color: #fff; padding: 4px 12px; border-radius: 4px; text-decoration: none }
  .card { border: 1px solid #e0e0e0; border-radius: 6px; padding: 2px; box-shadow: 0 1px 3px #0002 }
  .ac-actionSet, .ac-actionSet > div { flex-wrap: wrap !important; row-gap: 8px }
  .ac-actionSet .ac-pushButton, .ac-actionSet .ac-pushButton > div { flex: 0 0 auto !important; overflow: visible !important }
  .ac-pushButton { border: 1px solid #d1d1d1; background: #fff; border-radius: 4px; padding: 5px 12px; font-weight: 600 }
  .ac-input { border: 1px solid #bbb; border-radius: 3px; padding: 5px; font: inherit; width: 100%; box-sizing: border-box }
  </style><body>${rows.join("")}<script>${read("adaptivecards", "dist", "adaptivecards.min.js")}</script>
  <script>
    AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
      // As much of Markdown as Teams reads: bold, links, lists, escapes.
      const safe = (words) => words.replace(/&/g, "&amp;").replace(/</g, "&lt;");
      const inline = (words) => safe(words)
        .replace(/\\*\\*([^*]+)\\*\\*/g, "<b>$1</b>")
        .replace(/\\[((?:\\\\.|[^\\]\\\\])*)\\]\\(([^()\\s]*)\\)/g, '<a href="#">$1</a>')
        .replace(/\\\\([!-\\/:-@\\[-\`{-~])/g, "$1");
      const lines = text.split("\\n");
      result.outputHtml = lines.every((line) => line.startsWith("- "))
        ? "<ul style='margin:0;padding:0 0 0 20px;box-sizing:border-box'>" + lines.map((line) => "<li>" + inline(line.slice(2)) + "</li>").join("") + "</ul>"
        : "<p style='margin:0'>" + lines.map(inline).join(" ") + "</p>";
      result.didProcess = true;
    };
    for (const place of document.querySelectorAll(".card")) {
      const card = new AdaptiveCards.AdaptiveCard();
      card.hostConfig = new AdaptiveCards.HostConfig(${JSON.stringify(HOST)});
      card.parse(JSON.parse(place.dataset.card));
      place.appendChild(card.render());
    }
  </script>`;
}

(async () => {
  const items = JSON.parse(fs.readFileSync(source, "utf8"));
  fs.mkdirSync(folder, { recursive: true });
  const browser = await launched(chromium);
  try {
    const tab = await browser.newPage({ viewport: { width: 1240, height: 800 } });
    for (let first = 0; first < items.length; first += A_SHEET) {
      const sheet = items.slice(first, first + A_SHEET);
      await tab.setContent(page(sheet), { waitUntil: "load" });
      const number = String(first / A_SHEET + 1).padStart(2, "0");
      await tab.screenshot({ path: path.join(folder, `sheet-${number}.png`), fullPage: true });
      for (const item of sheet) {
        await tab.locator(`[id="${item.name}"]`).screenshot({ path: path.join(folder, `${item.name}.png`) });
      }
    }
  } finally {
    await browser.close();
  }
  console.log(items.length);
})().catch((error) => {
  console.error(String(error && error.stack ? error.stack : error));
  process.exit(1);
});
