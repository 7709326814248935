// Runs before `npm start` in whatever Node there is, so it is plain JavaScript. `npm run` finds the Node that `npm ci`
// installs first, unless install scripts are switched off: then an older one would only say "Unknown file extension".
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 24 || (major === 24 && minor < 16)) {
  console.error(`Hatchery needs Node 24.16 or newer, and this is ${process.version}.
npm ci brings the right one when install scripts may run:
  npm rebuild --ignore-scripts=false
Or put Node 24 first on your PATH, for example with: brew install node@24`);
  process.exit(1);
}
