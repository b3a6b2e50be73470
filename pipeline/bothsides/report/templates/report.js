
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const SIDES = ["union-aligned", "district-aligned", "neutral"];
  const FIRST_ROWS = 50;

  // ---- the articles: compressed data, opened once, put into the page as text and never as markup
  let opened = null;
  function articles() {
    opened ??= (async () => {
      const bytes = Uint8Array.from(atob(byId("pack").textContent), (c) => c.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
      return JSON.parse(await new Response(stream).text());
    })();
    return opened;
  }

  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  // ---- tables: sorted by the buttons in their heads
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = make("button", "", head.textContent);
      button.type = "button";
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending" ||
          (!head.hasAttribute("aria-sort") && !head.classList.contains("text"));
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        sort(table, column, !head.classList.contains("text"), down);
        if (table.id === "article-table") show();
      });
    });
  }

  function sort(table, column, numeric, down) {
    const rows = [...table.tBodies[0].rows].map((row) => {
      const cell = row.cells[column];
      const value = cell.dataset.v ?? cell.textContent.trim();
      return [numeric ? Number.parseFloat(value.replaceAll(",", "")) : value, row];
    });
    const words = new Intl.Collator("en", { numeric: true });
    rows.sort(([a], [b]) => (numeric ? a - b : words.compare(a, b)) * (down ? -1 : 1));
    table.tBodies[0].append(...rows.map(([, row]) => row));
  }

  // ---- the list of articles: searched in their texts, narrowed, and short at first
  const table = byId("article-table"), search = byId("search"), filter = byId("filter"), more = byId("more");
  let all = false, texts = null;

  function textOf(article) {
    const text = (article.p ?? []).flatMap((p) => [...p.map((x) => (typeof x === "string" ? x : x[2])), "\n"]).join("");
    const units = article.u.map((u) => `${u.w} ${u.r} ${u.k} ${article.p ? "" : u.q}`);
    return [article.t, ...article.m.map((m) => m[1]), ...units, text].join("\n").toLowerCase();
  }

  async function show() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length) texts ??= (await articles()).map(textOf);
    let found = 0;
    for (const row of table.tBodies[0].rows) {
      const heard = !filter.value || row.dataset.heard === filter.value ||
        (filter.value === "review" && row.dataset.review !== "0");
      const fits = heard && (!words.length || words.every((w) => texts[row.dataset.i].includes(w)));
      found += fits;
      row.hidden = !fits || (!all && found > FIRST_ROWS);
    }
    const hidden = found - Math.min(found, all ? found : FIRST_ROWS);
    more.hidden = hidden === 0;
    more.textContent = `Show ${hidden.toLocaleString("en")} more`;
    byId("shown").textContent = `${found.toLocaleString("en")} of ${table.tBodies[0].rows.length.toLocaleString("en")} articles`;
  }
  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 120); });
  filter.addEventListener("change", show);
  more.addEventListener("click", () => { all = true; show(); });
  byId("tools").addEventListener("submit", (event) => event.preventDefault());
  show();

  // ---- one article: its text with the units in it, and the units beside it
  const reader = byId("reader"), tip = byId("tip");
  let current = -1, back = null;

  const sure = (unit) => `${unit.c[unit.s]}% sure`;
  const about = (unit) => `${SIDES[unit.s]}, ${sure(unit)}. ${unit.w || "source not named"}${unit.r ? `, ${unit.r}` : ""}`;

  function visible() {
    return [...table.tBodies[0].rows].filter((row) => !row.hidden).map((row) => Number(row.dataset.i));
  }

  async function open(index) {
    const article = (await articles())[index];
    current = index;
    byId("reader-title").textContent = article.t;
    byId("reader-facts").textContent = article.m.map(([name, value]) => `${name}: ${value}`).join(" · ");
    byId("text").replaceChildren(...textParts(article));
    byId("units").replaceChildren(...article.u.map(listed(article)));
    if (!article.u.length) byId("units").append(make("li", "s2", "No quote units were found in this article."));
    const order = visible(), at = order.indexOf(index);
    byId("previous").disabled = at <= 0;
    byId("next").disabled = at < 0 || at === order.length - 1;
    hideTip();
    if (!reader.open) reader.showModal();
    for (const part of reader.querySelectorAll(".reader, .reader > section")) part.scrollTop = 0;
    byId("reader-title").focus();
  }

  function textParts(article) {
    if (!article.p) {
      return [make("p", "note", "The text of this article was not found where it was read, or has changed since. Its units are listed.")];
    }
    const last = new Map(), first = new Set();
    article.p.forEach((paragraph) => paragraph.forEach((part) => { if (part[0] === 0 && typeof part !== "string") last.set(part[1], part); }));
    return article.p.map((paragraph) => {
      const element = make("p");
      for (const part of paragraph) {
        if (typeof part === "string") { element.append(part); continue; }
        const [kind, index, text] = part, unit = article.u[index];
        const piece = make(["a", "b", "i"][kind], ["unit", "who", "cue"][kind], text);
        piece.dataset.unit = index;
        if (kind === 0) {
          piece.classList.add(`s${unit.s}`);
          if (unit.a) piece.classList.add("unsure");
          if (last.get(index) === part) piece.classList.add("end");
          if (!first.has(index)) { piece.id = `in-text-${index}`; first.add(index); }
          piece.href = `#unit-${index}`;
          piece.setAttribute("aria-describedby", `about-${index}`);
        }
        element.append(piece);
      }
      return element;
    });
  }

  function listed(article) {
    return (unit, index) => {
      const item = make("li", `s${unit.s}`);
      item.id = `unit-${index}`;
      item.tabIndex = -1;
      const head = make("p", "head");
      head.append(make("span", `badge s${unit.s}`, SIDES[unit.s]), make("span", "", sure(unit)), make("span", "muted", `${unit.y}`));
      const who = make("p");
      who.append(make("strong", "", unit.w || "source not named"));
      if (unit.r) who.append(`, ${unit.r}`);
      who.append(make("span", "muted", ` · ${unit.k}${unit.v ? ` · in the text: ${unit.v}` : ""}`));
      item.append(head, who, make("p", "said", unit.q));
      item.append(make("p", "muted", `union ${unit.c[0]}% · district ${unit.c[1]}% · neutral ${unit.c[2]}%${unit.a ? ` · to review: ${unit.a}` : ""}`));
      const described = make("span", "", about(unit));
      described.id = `about-${index}`;
      described.hidden = true;
      item.append(described);
      if (article.p) {
        const link = make("a", "muted", `Show unit ${unit.n} in the text`);
        link.href = `#in-text-${index}`;
        item.append(link);
      }
      return item;
    };
  }

  // Links between text and list move the focus; the address keeps the article.
  reader.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    event.preventDefault();
    const target = byId(link.getAttribute("href").slice(1));
    if (!target) return;
    for (const marked of reader.querySelectorAll(".active")) marked.classList.remove("active");
    target.classList.add("active");
    target.focus();
    target.scrollIntoView({ block: "center" });
  });

  // ---- stance, source and confidence on hover and on focus; Escape puts them away
  function light(index, on) {
    for (const part of byId("text").querySelectorAll(`[data-unit="${index}"]`)) part.classList.toggle("lit", on && part.className !== "unit");
  }
  async function showTip(piece) {
    const unit = (await articles())[current].u[piece.dataset.unit];
    tip.textContent = about(unit) + (unit.a ? `. To review: ${unit.a}` : "");
    tip.hidden = false;
    const box = piece.getClientRects()[0], own = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(box.left, innerWidth - own.width - 8))}px`;
    tip.style.top = `${box.top > own.height + 12 ? box.top - own.height - 6 : box.bottom + 6}px`;
    light(piece.dataset.unit, true);
  }
  function hideTip() {
    tip.hidden = true;
    for (const part of reader.querySelectorAll(".lit")) part.classList.remove("lit");
  }
  for (const [start, end] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    byId("text").addEventListener(start, (event) => { const piece = event.target.closest("a.unit"); if (piece) showTip(piece); });
    byId("text").addEventListener(end, (event) => { if (!tip.contains(event.relatedTarget)) hideTip(); });
  }
  tip.addEventListener("mouseout", hideTip);
  reader.addEventListener("scroll", hideTip, true);
  reader.addEventListener("keydown", (event) => { if (event.key === "Escape" && !tip.hidden) { event.preventDefault(); hideTip(); } });

  // ---- the address: #article=ID opens an article, so that it can be cited
  async function follow() {
    const match = /^#article=(.*)$/.exec(location.hash);
    if (!match) { if (reader.open) reader.close(); return; }
    let id;
    try { id = decodeURIComponent(match[1]); } catch { return; }
    const index = (await articles()).findIndex((a) => a.id === id);
    if (index >= 0 && !(reader.open && index === current)) open(index);
  }
  async function go(step) {
    const order = visible(), next = order[order.indexOf(current) + step];
    if (next !== undefined) location.replace(`#article=${encodeURIComponent((await articles())[next].id)}`);
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#article=']");
    if (link) back = link;
  });
  addEventListener("hashchange", follow);
  byId("previous").addEventListener("click", () => go(-1));
  byId("next").addEventListener("click", () => go(1));
  byId("print").addEventListener("click", () => print());
  byId("close").addEventListener("click", () => reader.close());
  reader.addEventListener("close", () => {
    hideTip();
    if (location.hash.startsWith("#article=")) history.replaceState(null, "", "#articles");
    (back?.isConnected ? back : search).focus({ preventScroll: back !== null });
  });
  follow();

  // ---- methods: copied, or selected where the browser does not let a page copy
  byId("copy")?.addEventListener("click", async () => {
    const source = byId("methods-text");
    try {
      await navigator.clipboard.writeText([...source.children].map((p) => p.textContent).join("\n\n"));
      byId("copied").textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(source);
      byId("copied").textContent = "Selected: press Ctrl+C or Cmd+C.";
    }
  });
})();
