// Runs before every command that people start with npm, in whatever Node there is, so it is plain JavaScript: an older one
// would only say "Unknown file extension". `npm run` finds the Node that `npm ci` installs first, where it installs one.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 24 || (major === 24 && minor < 16)) {
  const advice =
    process.platform === "darwin"
      ? "put Node 24 first on your PATH (brew install node@24, then brew link --overwrite node@24)"
      : "put Node 24 first on your PATH, or let npm bring it (npm ci, then npm rebuild --ignore-scripts=false)";
  console.error(`Hatchery needs Node 24.16 or newer, and this is ${process.version}: ${advice}`);
  process.exit(1);
}
