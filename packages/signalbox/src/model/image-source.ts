import { fail, ok, type Result } from "@signalbox/base";

/**
 * Checks where an image is to be fetched from against the operator's list of prefixes
 * (`https://images.example.com/`, `file:///srv/images/`). Both sides are compared in the URL
 * standard's normal form, so that `..`, an encoded slash or another spelling of the host cannot
 * step out of a prefix. The answer is that form.
 */
export function checkImageSource(uri: string, allowed: readonly string[]): Result<string> {
  const url = parseSource(uri);
  if (!url.ok) return url;
  const { href } = url.value;
  const matches = allowed.some((prefix) => {
    const wanted = parseSource(prefix);
    return wanted.ok && href.startsWith(withSlash(wanted.value.href));
  });
  if (matches) return ok(href);
  return fail("the operator does not allow images from there (images.allow)");
}

function parseSource(text: string): Result<URL> {
  const url = URL.parse(text);
  if (url === null) return fail("uri is not a URL");
  if (!["http:", "https:", "file:"].includes(url.protocol)) {
    return fail("uri must begin with https://, http:// or file://");
  }
  if (url.username !== "" || url.password !== "") {
    return fail("uri must not hold a user name or a password");
  }
  if (url.protocol === "file:" && url.host !== "") return fail("a file: uri must not name a host");
  // Decoded by whoever opens the file, these would be separators that the comparison has not seen.
  if (/%(?:2f|5c|00|2e)/i.test(url.pathname)) return fail("uri holds an encoded separator");
  url.hash = "";
  return ok(url);
}

/** A prefix ends at a path segment: `…/images` must not admit `…/images-private`. */
function withSlash(prefix: string): string {
  return prefix.endsWith("/") ? prefix : `${prefix}/`;
}
