// Everything that can be used by a key, in the order in which it is written; and how to see where the focus is.
(() => {
    const shown = element => element.checkVisibility({ visibilityProperty: true });
    const usable = [...document.querySelectorAll('a[href], button, summary, input, select, textarea, [tabindex]')]
        .filter(element => shown(element) && element.tabIndex >= 0 && !element.disabled);
    const named = element => `<${element.localName}> "${element.textContent.trim().replace(/\s+/g, ' ').slice(0, 40)}"`;
    const remarks = usable.filter(element => element.tabIndex > 0)
        .map(element => `${named(element)} wants to come before what is written before it`);

    // The contrast of two colours that are written as rgb(r, g, b), by WCAG 2.
    const light = colour => {
        const parts = colour.match(/[\d.]+/g).slice(0, 3).map(part => part / 255)
            .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    const contrast = (one, other) => {
        const [less, more] = [light(one), light(other)].sort((a, b) => a - b);
        return (more + 0.05) / (less + 0.05);
    };
    const background = element => {
        for (let box = element; box; box = box.parentElement) {
            const { backgroundColor } = getComputedStyle(box);
            if (!/, 0\)$/.test(backgroundColor)) return backgroundColor;
        }
        return 'rgb(255, 255, 255)';
    };

    globalThis.whereTheFocusIs = () => {
        const element = document.activeElement;
        const wrong = [];
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
        if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) {
            wrong.push(`${named(element)} has the focus and no outline of two pixels`);
        } else if (outlineStyle !== 'auto' && element.parentElement
            && contrast(outlineColor, background(element.parentElement)) < 3) {
            wrong.push(`the outline of ${named(element)}, ${outlineColor}, is hard to see on ${background(element.parentElement)}`);
        }
        // In view, and not behind anything (WCAG 2.4.11).
        const box = element.getClientRects()[0] ?? element.getBoundingClientRect();
        const x = Math.min(Math.max(box.left + Math.min(box.width, innerWidth) / 2, 0), innerWidth - 1);
        const y = Math.min(Math.max(box.top + Math.min(box.height, 20) / 2, 0), innerHeight - 1);
        const above = document.elementFromPoint(x, y);
        if (!above || !(element.contains(above) || above.contains(element))) {
            wrong.push(`${named(element)} has the focus and is behind ${above ? named(above) : 'the window'}`);
        }
        return { index: usable.indexOf(element), name: named(element), remarks: wrong };
    };
    return { count: usable.length, remarks };
})()
