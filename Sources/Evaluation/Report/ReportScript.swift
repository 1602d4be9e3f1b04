/// What a report does: shows the picture that was chosen, moves the slider, sorts the table.
let reportScript = """
  "use strict";
  const find = id => document.getElementById(id);
  const body = document.querySelector("#scores tbody");
  const rows = () => Array.from(body.rows);
  let current = null;

  function place() {
    find("compare").style.setProperty("--at", find("slider").value + "%");
  }

  function show(row) {
    if (current) current.removeAttribute("aria-current");
    current = row;
    row.setAttribute("aria-current", "true");
    const name = row.cells[0].dataset.value;
    find("name").textContent = name;
    find("compare").style.setProperty("--width", row.dataset.width);
    find("compare").style.setProperty("--height", row.dataset.height);
    for (const side of ["left", "right"]) {
      const kind = find(side).value;
      find(side + "-picture").src = row.dataset[kind];
      find(side + "-picture").alt = name + ", " + kind;
      find(side + "-tag").textContent = kind;
    }
  }

  function step(distance) {
    const all = rows();
    show(all[(all.indexOf(current) + distance + all.length) % all.length]);
  }

  function sort(head) {
    const column = head.cellIndex;
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = row => row.cells[column].dataset.value;
    const order = column === 0
      ? (a, b) => value(a).localeCompare(value(b), undefined, { numeric: true })
      : (a, b) => Number(value(a)) < Number(value(b)) ? -1 : Number(value(a)) > Number(value(b));
    body.append(...rows().sort((a, b) => down ? order(b, a) : order(a, b)));
  }

  for (const head of document.querySelectorAll("#scores thead tr:last-child th"))
    head.querySelector("button").addEventListener("click", () => sort(head));
  if (body.rows.length > 0) {
    for (const row of rows())
      row.addEventListener("click", () => show(row));
    find("slider").addEventListener("input", place);
    for (const side of ["left", "right"])
      find(side).addEventListener("change", () => show(current));
    find("previous").addEventListener("click", () => step(-1));
    find("next").addEventListener("click", () => step(1));
    show(body.rows[0]);
    place();
  }
  """
