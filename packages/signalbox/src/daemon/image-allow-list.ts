import { pathToFileURL } from "node:url";
import { fail, ok, Problem, type Result } from "@signalbox/base";

const SCHEMES: readonly string[] = ["https:", "http:", "file:"];

/** The URI in its normal form when images may be fetched from it, else why not. */
export type AllowImageSource = (uri: string) => Result<string>;

/**
 * Lets images come only from below the operator's prefixes. A prefix ends at a slash: what is
 * allowed below `https://a.example/images` is not allowed below `https://a.example/images-2`.
 * Comparing happens on the parsed URL, in which `..` is resolved already.
 *
 * @throws Problem `config_invalid` for a prefix that is no URL
 */
export function createImageAllowList(prefixes: readonly string[]): AllowImageSource {
  const allowed = prefixes.map(parsePrefix);
  return (uri) => {
    const url = parseSource(uri);
    if (!url.ok) return url;
    if (allowed.some((prefix) => isBelow(url.value, prefix))) return ok(url.value.href);
    if (allowed.length === 0)
      return fail(
        "image imports are off: the operator allows no source (serve --image-source PREFIX)",
      );
    return fail("the operator does not allow images from there (serve --image-source PREFIX)");
  };
}

function parsePrefix(text: string): URL {
  const url = parseSource(text);
  if (url.ok) return url.value;
  throw new Problem("config_invalid", `images.allow: ${text}: ${url.error}`);
}

function parseSource(text: string): Result<URL> {
  const url = text.startsWith("/") ? pathToFileURL(text) : URL.parse(text);
  if (url === null || !SCHEMES.includes(url.protocol)) {
    return fail("an https, http or file URL was expected");
  }
  if (url.username !== "" || url.password !== "") return fail("a URL may not hold credentials");
  // An encoded slash would be a directory to one reader and a name to another.
  if (/%2f|%5c|%00/i.test(url.pathname)) return fail("a path may not hold encoded slashes");
  url.hash = "";
  return ok(url);
}

function isBelow(url: URL, prefix: URL): boolean {
  if (url.protocol !== prefix.protocol || url.host !== prefix.host) return false;
  if (url.href === prefix.href) return true;
  const folder = prefix.pathname.endsWith("/") ? prefix.pathname : `${prefix.pathname}/`;
  return url.pathname.startsWith(folder);
}
