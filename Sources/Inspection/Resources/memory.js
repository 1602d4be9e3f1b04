// What lies where in working memory, step by step.

class MemoryTimeline {
  constructor(element, pane, app) {
    this.element = element;
    this.pane = pane;
    this.app = app;
    this.plan = pane.view.data.plan;
    this.values = pane.view.data.graph.values;
    this.draw();
  }

  draw() {
    const { memory, steps } = this.plan;
    const [left, top, width, height] = [64, 8, 1000, 168];
    const x = (step) => left + width * step / steps.length;
    const y = (offset) => top + height * (1 - offset / memory.bytes);
    const fixed = memory.fixed_bytes;
    const band = (from, bytes, label) => svg('g', { class: 'band' },
      svg('rect', { x: left, y: y(from + bytes), width, height: height * bytes / memory.bytes }),
      svg('title', {}, `${label}: ${scaled(bytes, 'B')}`));
    const scratchStart = memory.bytes - memory.scratch_bytes;
    this.bars = memory.slots.flatMap((slot, index) => slot.values.map((stay) => {
      const value = this.values[stay.value];
      const label = `${value.name} ${typeText(value)}, ${scaled(slot.bytes, 'B')} `
        + `in slot ${index}, steps ${stay.from} to ${stay.to}`;
      const bar = svg('rect', {
        x: x(stay.from) + 0.5, y: y(slot.offset + slot.bytes) + 0.5, rx: 2,
        width: Math.max(x(stay.to + 1) - x(stay.from) - 1, 1.5),
        height: Math.max(height * slot.bytes / memory.bytes - 1, 1),
        class: 'bar', tabindex: -1, role: 'button', 'aria-label': label,
      }, svg('title', {}, label));
      bar.stay = stay;
      bar.addEventListener('click', () => this.choose(bar));
      return bar;
    })).sort((a, b) => a.stay.from - b.stay.from || a.stay.value - b.stay.value);
    this.bars[0]?.setAttribute('tabindex', 0);
    const marks = [0, 0.5, 1].map((part) => svg('text', {
      x: left - 6, y: y(memory.bytes * part) + 4, class: 'mark end',
    }, scaled(memory.bytes * part, 'B')));
    const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => svg('text', {
      x: x(steps.length * part), y: top + height + 14, class: 'mark middle',
    }, `${Math.round(steps.length * part)}`));
    this.cursor = svg('rect', { class: 'cursor', y: top, height, width: width / steps.length });
    const frame = {
      viewBox: `0 0 ${left + width + 16} ${top + height + 20}`, role: 'group',
      'aria-label': 'memory by step; arrow keys move from value to value',
    };
    const picture = svg(
      'svg', frame,
      band(0, fixed, 'fixed size'), band(scratchStart, memory.scratch_bytes, 'scratch of a thread'),
      ...this.bars, this.cursor, ...marks, ...ticks);
    picture.addEventListener('keydown', (event) => this.moveFocus(event));
    this.element.replaceChildren(
      html('h2', {}, `Memory by step · ${scaled(memory.bytes, 'B')} for `
        + `${source.size.width} × ${source.size.height} on one thread`),
      picture);
    this.mark();
  }

  choose(bar) {
    this.app.showStep(this.pane, `step${bar.stay.from}`);
  }

  moveFocus(event) {
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const index = this.bars.indexOf(document.activeElement);
    if (index < 0) return;
    if (way) {
      const next = this.bars[(index + way + this.bars.length) % this.bars.length];
      this.bars[index].setAttribute('tabindex', -1);
      next.setAttribute('tabindex', 0);
      next.focus();
    } else if (event.key === 'Enter' || event.key === ' ') {
      this.choose(this.bars[index]);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Shows where the selected step is, and what it reads and writes. */
  mark() {
    const { selected } = this.app;
    const item = selected?.pane === this.pane ? this.pane.view.byID.get(selected.id) : null;
    const step = item?.step;
    this.cursor.setAttribute('x', 64 + 1000 * (step ?? 0) / this.plan.steps.length);
    this.cursor.classList.toggle('hidden', step == null);
    const { operands, results } = this.plan.steps[step ?? 0];
    const used = step == null ? [] : operands.concat(results);
    for (const bar of this.bars) {
      const isUsed = used.includes(bar.stay.value) && bar.stay.from <= step && step <= bar.stay.to;
      bar.classList.toggle('used', isUsed);
    }
  }
}
