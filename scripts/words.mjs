// Looks for texts in the console's sources: prints one finding a line as JSON, `{what, file, line, text}`.
//   raw      text that a person reads and that is in no catalog: JSX text, strings in visible attributes
//   key      a key that the code asks for, whole or (`{…}` in it) as a pattern
//   colour   a colour literal outside src/theme
// Parsed by TypeScript itself, so that comments, types and class names are not mistaken for texts.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const console_ = join(dirname(fileURLToPath(import.meta.url)), "..", "console");
const { default: ts } = await import(pathToFileURL(join(console_, "node_modules/typescript/lib/typescript.js")).href);
const src = process.argv[2] ?? join(console_, "src");

// What a person sees or hears of an element.
const VISIBLE = /^(title|label|placeholder|alt|children|content|description|heading|message|text|hint|tip|tooltip|okText|cancelText|addonBefore|addonAfter|suffix|prefix|unit|emptyText|aria-(label|description|valuetext|roledescription|placeholder))$/;
// One or two signs that mean the same to everybody: units, arrows, keys, brackets, the product's own name.
const LANGUAGELESS = /^[^\p{L}]*$|^(Linkloop|Linkloop 环环|SQL|CSV|JSON|SKU|API|URL|ID|GMV|POST|GET|A|R|J|K|E|X|U|Z|N|B|F|G|Enter|Esc|Tab|Ctrl|Shift|Alt|⌘K?|Space|Home|End|PgUp|PgDn|ms|s|kB|MB|GB|en|zh|Parquet|Excel)$/u;
const CATALOG_KEY = /^[a-z][a-zA-Z0-9]*(\.[a-zA-Z0-9_-]+)+$/;
const COLOUR = /#[0-9a-f]{3}(?:[0-9a-f]{3}(?:[0-9a-f]{2})?|[0-9a-f])?\b|\b(?:rgba?|hsla?|oklch|lab|lch)\(/i;

const found = [];
const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(tsx?|css)$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();

for (const path of files) {
  const file = relative(src, path);
  if (file === join("api", "schema.ts")) continue;
  const text = readFileSync(path, "utf8");
  if (path.endsWith(".css")) css(file, text);
  else code(file, text, path.endsWith(".tsx"));
}
process.stdout.write(found.map((one) => `${JSON.stringify(one)}\n`).join(""));

function css(file, text) {
  if (file.startsWith("theme")) return;
  const bare = text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "));
  bare.split("\n").forEach((line, n) => {
    const value = line.slice(line.indexOf(":") + 1);
    if (line.includes(":") && COLOUR.test(value)) found.push({ what: "colour", file, line: n + 1, text: line.trim() });
    const content = /content:\s*"([^"]*)"/.exec(line);
    if (content && !LANGUAGELESS.test(content[1])) found.push({ what: "raw", file, line: n + 1, text: content[1] });
  });
}

function code(file, text, tsx) {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, tsx ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  const tell = (what, node, said) => {
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
    found.push({ what, file, line: line + 1, text: said });
  };
  const raw = (node, said) => {
    const shown = said.replace(/\s+/g, " ").trim();
    if (shown && !LANGUAGELESS.test(shown)) tell("raw", node, shown);
  };
  // Texts among what an expression can come to: both sides of `a ? "x" : "y"`, of `&&`, `||`, `??`.
  const shown = (node) => {
    if (!node) return;
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) raw(node, node.text);
    else if (ts.isTemplateExpression(node)) {
      for (const part of [node.head, ...node.templateSpans.map((span) => span.literal)]) raw(node, part.text);
    } else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(shown);
    else if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) shown(node.expression);
    else if (ts.isBinaryExpression(node)) {
      if (node.operatorToken.kind === ts.SyntaxKind.PlusToken) [node.left, node.right].forEach(shown);
      else if (/^(\|\||&&|\?\?)$/.test(node.operatorToken.getText(tree))) {
        if (node.operatorToken.getText(tree) !== "&&") shown(node.left);
        shown(node.right);
      }
    }
  };
  const keys = (node) => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      if (CATALOG_KEY.test(node.text)) tell("key", node, node.text);
    } else if (ts.isTemplateExpression(node)) {
      const pattern = node.head.text + node.templateSpans.map((span) => `{}${span.literal.text}`).join("");
      if (/^[a-z][a-zA-Z0-9]*\./.test(pattern)) tell("key", node, pattern);
    }
  };
  const asked = (node) => {
    // Only what is certainly asked of the catalog, for the test of unknown keys.
    if (!ts.isCallExpression(node)) return;
    const name = ts.isIdentifier(node.expression) ? node.expression.text : node.expression.name?.text;
    if (name !== "t" || !node.arguments[0]) return;
    const each = (one) => {
      if (ts.isConditionalExpression(one)) [one.whenTrue, one.whenFalse].forEach(each);
      else if (ts.isParenthesizedExpression(one)) each(one.expression);
      else if (ts.isStringLiteral(one) || ts.isNoSubstitutionTemplateLiteral(one)) tell("asked", one, one.text);
    };
    each(node.arguments[0]);
  };
  const visit = (node) => {
    // What stands in <code>, <kbd> or <pre> is typed as it is, in every language.
    if (ts.isJsxElement(node) && /^(code|kbd|pre|samp)$/.test(node.openingElement.tagName.getText(tree))) {
      node.openingElement.attributes.properties.forEach(visit);
      return;
    }
    if (ts.isJsxText(node)) raw(node, node.text);
    else if (ts.isJsxAttribute(node)) {
      const name = node.name.getText(tree);
      const value = node.initializer;
      if (value && VISIBLE.test(name)) shown(ts.isJsxExpression(value) ? value.expression : value);
    } else if (ts.isJsxExpression(node) && node.parent && (ts.isJsxElement(node.parent) || ts.isJsxFragment(node.parent))) shown(node.expression);
    else if (ts.isPropertyAssignment(node)) {
      const name = node.name.getText(tree).replace(/["']/g, "");
      if (VISIBLE.test(name) && tsx) shown(node.initializer);
    }
    keys(node);
    asked(node);
    const literal = ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || node.kind === ts.SyntaxKind.TemplateHead;
    if (literal && !file.startsWith("theme") && COLOUR.test(node.text) && !node.text.startsWith("#/")) tell("colour", node, node.text);
    ts.forEachChild(node, visit);
  };
  visit(tree);
}
