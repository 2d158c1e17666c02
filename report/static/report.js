// What needs a script: the search of find.html, and the neighbours in the picture of persons.html.
"use strict";

(() => {
  const find = document.getElementById("find");
  if (find) {
    search(find);
  }
  for (const drawing of document.querySelectorAll(".network .drawing")) {
    showNeighbours(drawing);
  }

  /** Filter what the scripts search-NN.js hold; a page from disk may load scripts, but no other file. */
  function search(form) {
    const AT_ONCE = 50;
    const words = document.getElementById("words");
    const filters = ["kind", "blog", "year"].map((id) => document.getElementById(id));
    const told = document.getElementById("told");
    const results = document.getElementById("results");
    const more = document.getElementById("more");
    const blogs = Array.from(document.getElementById("blogs").content.children, (each) => each.textContent);
    const rows = [];
    let shown = AT_ONCE;
    let missing = Number(form.dataset.chunks);

    window.rejoinderFound = (found) => {
      for (const row of found) {
        rows.push({ row, text: fold(`${row[1]} ${row[6]}`) });
      }
    };
    for (let number = 0; number < Number(form.dataset.chunks); number += 1) {
      const script = document.createElement("script");
      script.src = `search-${String(number).padStart(2, "0")}.js`;
      script.addEventListener("load", () => {
        missing -= 1;
        show();
      });
      document.head.append(script);
    }
    const anew = () => {
      shown = AT_ONCE;
      show();
    };
    // Not on "change": it comes when the field is left for a result, which must not be made anew under the pointer.
    words.addEventListener("input", anew);
    for (const filter of filters) {
      filter?.addEventListener("change", anew);
    }
    more.addEventListener("click", () => {
      const first = shown;
      shown += AT_ONCE;
      show();
      results.children[first]?.querySelector("a")?.focus();
    });
    form.hidden = false;
    show();

    /** Lower case, without accents. */
    function fold(text) {
      return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    }

    function show() {
      if (missing > 0) {
        told.textContent = "Loading …";
        return;
      }
      const wanted = fold(words.value).split(/\s+/u).filter(Boolean);
      const [kind, blog, year] = filters.map((field) => field?.value ?? "");
      const found = rows.filter(
        ({ row, text }) =>
          (!kind || row[0] === kind) &&
          (!blog || row[3] === Number(blog)) &&
          (!year || isOf(row[4], Number(year))) &&
          wanted.every((word) => text.includes(word)),
      );
      const isAsked = wanted.length > 0 || kind || blog || year;
      told.textContent = !isAsked ? "" : found.length === 0 ? "Nothing found." : `${count(found.length)} found.`;
      results.replaceChildren(...(isAsked ? found.slice(0, shown) : []).map(({ row }) => item(row)));
      more.hidden = !isAsked || found.length <= shown;
    }

    function isOf(years, year) {
      return Array.isArray(years) ? years[0] <= year && year <= years[1] : years === year;
    }

    function count(number) {
      return String(number).replace(/\B(?=(\d{3})+$)/gu, "\u202f");
    }

    function item([kind, name, href, blog, years, comments, other]) {
      const entry = document.createElement("li");
      const link = document.createElement("a");
      link.href = href;
      const label = document.createElement("bdi");
      label.textContent = name;
      link.append(label);
      const told = document.createElement("span");
      told.className = "when";
      const when = Array.isArray(years) ? (years[0] === years[1] ? years[0] : `${years[0]}–${years[1]}`) : years || "undated";
      const many = `${count(comments)} comment${comments === 1 ? "" : "s"}`;
      const parts = kind === "p" ? [other, when, many] : ["person", when === "undated" ? "" : when, many];
      if (blogs.length > 1) {
        parts.push(blogs[blog]);
      }
      told.textContent = parts.filter(Boolean).join(" · ");
      entry.append(link, " ", told);
      return entry;
    }
  }

  /** While a point is pointed at or has the focus, only its own lines and neighbours stay strong. */
  function showNeighbours(drawing) {
    const nodes = Array.from(drawing.querySelectorAll("[data-node]"));
    const lines = Array.from(drawing.querySelectorAll("[data-ends]"), (line) => [line, line.dataset.ends.split(" ")]);
    for (const node of nodes) {
      const number = node.dataset.node;
      for (const [event, isOn] of [["mouseenter", true], ["focus", true], ["mouseleave", false], ["blur", false]]) {
        node.addEventListener(event, () => {
          const near = new Set([number]);
          for (const [line, ends] of lines) {
            const touches = ends.includes(number);
            line.classList.toggle("faint", isOn && !touches);
            if (touches) {
              ends.forEach((end) => near.add(end));
            }
          }
          for (const other of nodes) {
            other.classList.toggle("faint", isOn && !near.has(other.dataset.node));
          }
        });
      }
    }
  }
})();
