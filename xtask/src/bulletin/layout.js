// What of a page does not fit its window, each in a sentence.
(() => {
    const width = document.documentElement.clientWidth;
    const remarks = [];
    const shown = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    // Some text is for those who hear it, in a box of a pixel.
    const heard = element => {
        for (let box = element; box !== document.body; box = box.parentElement) {
            const { overflowX, position } = getComputedStyle(box);
            if (position === 'absolute' && overflowX === 'hidden' && box.clientWidth <= 1) return true;
        }
        return false;
    };
    const named = element => {
        const kind = [...element.classList].map(name => `.${name}`).join('');
        const figure = element.closest('[data-figure]')?.dataset.figure ?? '';
        const text = element.textContent.trim().replace(/\s+/g, ' ').slice(0, 40);
        return `<${element.localName}${kind}> ${figure} "${text}"`;
    };
    // What is wide may be scrolled by itself if a keyboard reaches it, and a name says what it is.
    const scroller = element => {
        for (let box = element.parentElement; box; box = box.parentElement) {
            if (['auto', 'scroll'].includes(getComputedStyle(box).overflowX)) {
                return box.tabIndex === 0 && (box.ariaLabel || box.getAttribute('aria-labelledby'));
            }
        }
        return false;
    };

    const whole = document.documentElement.scrollWidth;
    if (whole > width) {
        remarks.push(`it scrolls sideways: ${whole} px in a window of ${width}`);
    }
    for (const element of document.body.querySelectorAll('*')) {
        if (!shown(element) || element.ownerSVGElement || heard(element)) continue;
        const beyond = box => box.getBoundingClientRect().right > width + 0.5;
        // What is around it was told of already.
        if (beyond(element) && !beyond(element.parentElement) && !scroller(element)) {
            const { right } = element.getBoundingClientRect();
            remarks.push(`${named(element)} ends at ${right.toFixed(0)} px, beyond the window`);
        }
        const { overflowX, overflowY } = getComputedStyle(element);
        const cuts = overflow => ['hidden', 'clip'].includes(overflow);
        if (cuts(overflowX) && element.scrollWidth > element.clientWidth + 1) {
            remarks.push(`${named(element)} is cut: ${element.scrollWidth} px in ${element.clientWidth}`);
        }
        if (cuts(overflowY) && element.scrollHeight > element.clientHeight + 1) {
            remarks.push(`${named(element)} is cut: ${element.scrollHeight} px high in ${element.clientHeight}`);
        }
        if (['td', 'th'].includes(element.localName) && element.scrollWidth > element.clientWidth + 1) {
            remarks.push(`the text of ${named(element)} leaves its cell`);
        }
    }

    let smallest = null;
    for (const chart of document.querySelectorAll('svg')) {
        if (!shown(chart)) continue;
        const own = chart.getBoundingClientRect();
        const spills = getComputedStyle(chart).overflow === 'visible';
        const frame = spills ? { left: 0, right: width, top: -Infinity, bottom: Infinity } : own;
        const labels = [...chart.querySelectorAll('text')].filter(label => shown(label) && label.textContent.trim());
        const boxes = labels.map(label => label.getBoundingClientRect());
        labels.forEach((label, index) => {
            const box = boxes[index];
            const size = parseFloat(getComputedStyle(label).fontSize) * Math.abs(label.getScreenCTM().d || 1);
            smallest = smallest === null ? size : Math.min(smallest, size);
            if (box.left < frame.left - 1 || box.right > frame.right + 1
                || box.top < frame.top - 1 || box.bottom > frame.bottom + 1) {
                const over = Math.max(frame.left - box.left, box.right - frame.right,
                    frame.top - box.top, box.bottom - frame.bottom);
                remarks.push(`${over.toFixed(0)} px of the label ${named(label)} are cut by its chart`);
            }
            for (let other = 0; other < index; other += 1) {
                const over = boxes[other];
                const across = Math.min(box.right, over.right) - Math.max(box.left, over.left);
                const down = Math.min(box.bottom, over.bottom) - Math.max(box.top, over.top);
                if (across > 1 && down > box.height / 4) {
                    remarks.push(`the labels ${named(labels[other])} and ${named(label)} cover each other`);
                }
            }
        });
    }
    if (smallest !== null && smallest < 9) {
        remarks.push(`the smallest label of a chart has ${smallest.toFixed(1)} px: nobody reads that`);
    }

    // Large enough to be touched, or in a line of text, or with nothing near it.
    const targets = [...document.querySelectorAll('a[href], button, summary, input, select, textarea')].filter(shown);
    const near = (box, point) => Math.hypot(
        Math.max(box.left - point.x, 0, point.x - box.right), Math.max(box.top - point.y, 0, point.y - box.bottom));
    for (const target of targets) {
        const box = target.getBoundingClientRect();
        if (box.width >= 24 && box.height >= 24) continue;
        const text = target.parentElement.textContent.trim();
        const inline = getComputedStyle(target).display === 'inline' && text.length > target.textContent.trim().length;
        const point = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
        const alone = targets.every(other => other === target || near(other.getBoundingClientRect(), point) >= 12);
        if (!inline && !alone) {
            remarks.push(`${named(target)} is ${box.width.toFixed(0)} × ${box.height.toFixed(0)} px: too small to be touched`);
        }
    }
    return { width: whole, smallest, remarks };
})()
