/** The documentation page; everything on it is built by its script from `/openapi.json`. */
export const DOCS_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API</title>
<link rel="stylesheet" href="/docs/docs.css">
<script src="/docs/docs.js" defer></script>
</head>
<body>
<header>
  <div>
    <h1 id="title">API</h1>
    <p id="description"></p>
  </div>
  <label>Token <input id="token" type="password" autocomplete="off" spellcheck="false"
    placeholder="for requests from this page"></label>
</header>
<div id="layout">
  <nav aria-label="Operations">
    <input id="search" type="search" placeholder="Find an operation" aria-label="Find an operation">
    <div id="index"></div>
  </nav>
  <main id="main"><p>Reading the document…</p></main>
</div>
<noscript>This page needs its script. The document itself is at /openapi.json.</noscript>
</body>
</html>
`;
