/** Shown in place of the web page where it was not built. No script, no style sheet: the content policy allows both only from files. */
export const PAGE_MISSING = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Ovation</title></head>
<body>
<h1>Ovation is running</h1>
<p>The web page is not built yet. Build it with <code>npm run build</code>, then start Ovation again.</p>
<p>Until then: <a href="/health">health</a>, <a href="/metrics">metrics</a>, <a href="/api/v1/channels">channels</a>.</p>
</body>
</html>
`;
