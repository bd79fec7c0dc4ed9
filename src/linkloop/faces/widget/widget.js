/* Linkloop chat widget: one <script src=".../widget.js" async></script> on any page of an allowed origin.
   Options are attributes of that script: data-lang (zh, en), data-theme (light, dark), data-accent (#rrggbb),
   data-side (left, right), data-title, data-token (who the customer is, signed by the shop's own backend).
   No dependency, no cookie. It keeps a session token and what was not yet sent in localStorage. */
(() => {
  'use strict';
  const script = document.currentScript;
  if (!script || window.linkloopWidget) return;
  const origin = new URL(script.src).origin;
  const given = script.dataset;
  const tag = (given.lang || document.documentElement.lang || navigator.language || 'en').toLowerCase();
  const zh = tag.startsWith('zh');
  const t = zh
    ? { title: '在线客服', open: '打开客服对话', close: '关闭', hello: '您好，有什么可以帮您？', write: '输入消息…', send: '发送',
        attach: '附上文件名（文件本身不会发送）', drop: '移除', bot: '智能客服', person: '人工客服', you: '您', waiting: '等待发送',
        sent: '已送达', failed: '未发送', again: '重试', offline: '连接已断开，正在重连…', closed: '暂时无法连接，请稍后再试。',
        rate: '这次服务怎么样？', stars: '星', thanks: '谢谢您的评价！', unread: '条未读消息', log: '对话', end: '评价并结束',
        longer: '消息太长' }
    : { title: 'Chat with us', open: 'Open the chat', close: 'Close', hello: 'Hello! How can we help?', write: 'Write a message…',
        send: 'Send', attach: 'Add file names (the files themselves are not sent)', drop: 'Remove', bot: 'Assistant',
        person: 'Our team', you: 'You', waiting: 'Waiting to be sent', sent: 'Delivered', failed: 'Not sent', again: 'Try again',
        offline: 'Connection lost, reconnecting…', closed: 'Cannot connect at the moment. Please try again later.',
        rate: 'How did we do?', stars: 'stars', thanks: 'Thank you for rating!', unread: 'unread messages', log: 'Conversation',
        end: 'Rate and end', longer: 'The message is too long' };

  // -- what is kept between pages
  const place = `linkloop:${origin}`;
  const kept = (() => {
    try { return JSON.parse(localStorage.getItem(place)) || {}; } catch { return {}; }
  })();
  const keep = () => {
    try { localStorage.setItem(place, JSON.stringify(kept)); } catch { /* private mode: it lasts as long as the page */ }
  };
  kept.out = Array.isArray(kept.out) ? kept.out : [];
  // Whose words wait here: another customer who signs in on this browser must not send or see them.
  const whose = given.token ? (given.token.split('.')[1] || '').slice(0, 200) : '';
  const who = (() => {
    try { return whose ? JSON.parse(atob(whose.replace(/-/g, '+').replace(/_/g, '/'))).sub || whose : ''; } catch { return whose; }
  })();
  if ((kept.who || '') !== who) { for (const name of Object.keys(kept)) delete kept[name]; Object.assign(kept, { who, out: [] }); keep(); }

  // -- the page's own styles cannot reach in, and ours cannot leak out
  const host = document.createElement('linkloop-widget');
  host.lang = zh ? 'zh-CN' : 'en';
  const root = host.attachShadow({ mode: 'open' });
  const accent = /^#[0-9a-f]{6}$/i.test(given.accent || '') ? given.accent : '';
  const left = given.side === 'left';
  const dark = `--paper:#1b1d22;--soft:#26292f;--ink:#f0f1f3;--dim:#a9afba;--line:#3a3e47;--accent:${accent || '#5b9cff'};--on:${accent ? '#fff' : '#0b1524'};--bad:#ff9c8f`;
  const css = `
:host{all:initial;--paper:#fff;--soft:#f2f4f7;--ink:#17191c;--dim:#5b6472;--line:#dfe3e9;--accent:${accent || '#1558c0'};--on:#fff;--bad:#b3261e;
 position:fixed;z-index:2147483000;${left ? 'left' : 'right'}:20px;bottom:20px;font:15px/1.5 system-ui,-apple-system,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:var(--ink)}
${given.theme === 'dark' ? `:host{${dark}}` : given.theme === 'light' ? '' : `@media (prefers-color-scheme:dark){:host{${dark}}}`}
*{box-sizing:border-box;font:inherit;color:inherit;margin:0}
[hidden]{display:none!important}
button{background:none;border:0;padding:0;cursor:pointer}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.fab{width:56px;height:56px;border-radius:28px;background:var(--accent);color:var(--on);display:grid;place-items:center;box-shadow:0 4px 16px rgb(0 0 0/.24);position:relative;margin-${left ? 'right' : 'left'}:auto}
.fab svg{width:26px;height:26px}
.fab:focus-visible{outline-color:var(--ink)}
.badge{position:absolute;top:-4px;right:-4px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:#c62828;color:#fff;font-size:13px;line-height:22px;text-align:center}
.panel{width:min(380px,calc(100vw - 24px));height:min(600px,calc(100vh - 110px));margin-bottom:12px;background:var(--paper);border:1px solid var(--line);border-radius:14px;box-shadow:0 12px 40px rgb(0 0 0/.22);display:flex;flex-direction:column;overflow:hidden}
header{display:flex;align-items:center;gap:8px;padding:12px 14px;border-bottom:1px solid var(--line)}
h2{flex:1;font-size:16px;font-weight:600;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
header button{height:32px;min-width:32px;border-radius:8px;display:grid;place-items:center;color:var(--dim);padding:0 8px;font-size:13px}
header button:hover,.tool:hover{background:var(--soft);color:var(--ink)}
.log{flex:1;overflow-y:auto;padding:14px;display:flex;flex-direction:column;gap:10px;overscroll-behavior:contain}
.one{max-width:86%;display:flex;flex-direction:column;gap:2px}
.one.me{align-self:flex-end;align-items:flex-end}
.text{padding:8px 12px;border-radius:12px;background:var(--soft);white-space:pre-wrap;overflow-wrap:anywhere}
.me .text{background:var(--accent);color:var(--on)}
.me .text a{color:inherit}
.text a{color:var(--accent);text-decoration:underline}
.meta{font-size:12px;color:var(--dim);padding:0 4px}
.meta.bad{color:var(--bad)}
.meta button{color:inherit;text-decoration:underline;margin-inline-start:6px}
.note{padding:6px 14px;font-size:13px;color:var(--dim);background:var(--soft);border-top:1px solid var(--line)}
.note.bad{color:var(--bad)}
.rate{padding:10px 14px;border-top:1px solid var(--line);display:flex;align-items:center;gap:8px;justify-content:space-between;flex-wrap:wrap;font-size:14px}
.rate button{width:36px;height:36px;border-radius:8px;display:inline-grid;place-items:center;color:var(--dim)}
.rate svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:1.6}
.rate .on{color:#c77700}.rate .on svg{fill:#f2a33a}
form{border-top:1px solid var(--line);padding:10px;display:flex;flex-direction:column;gap:8px}
.row{display:flex;gap:6px;align-items:flex-end}
textarea{flex:1;resize:none;border:1px solid var(--line);border-radius:10px;padding:8px 10px;background:var(--paper);max-height:120px;min-height:40px}
textarea::placeholder{color:var(--dim);opacity:1}
.tool{width:40px;height:40px;border-radius:10px;display:grid;place-items:center;color:var(--dim)}
.tool svg,.go svg,header svg{width:20px;height:20px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
.go{width:40px;height:40px;border-radius:10px;background:var(--accent);color:var(--on);display:grid;place-items:center}
.go[disabled]{opacity:.5;cursor:default}
.files{display:flex;flex-wrap:wrap;gap:6px}
.files:empty{display:none}
.files span{background:var(--soft);border-radius:8px;padding:2px 4px 2px 8px;font-size:13px;display:flex;align-items:center;gap:4px;max-width:100%;overflow-wrap:anywhere}
.files button{width:24px;height:24px;border-radius:6px}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:480px){:host(.open){left:0;right:0;bottom:0}.open .fab{display:none}.panel{width:100vw;height:100dvh;margin:0;border:0;border-radius:0}}
@media (prefers-reduced-motion:no-preference){.panel{animation:in .14s ease-out}@keyframes in{from{opacity:0;transform:translateY(8px)}}}
@media (forced-colors:active){.fab,.go,.me .text,.panel{border:1px solid}}`;
  // A constructed sheet is allowed where the page's own policy forbids inline styles.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const el = (name, attrs = {}, ...inside) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attrs)) {
      if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
      else if (value === true) node.setAttribute(key, '');
      else if (value !== false && value != null) node.setAttribute(key, value);
    }
    node.append(...inside);
    return node;
  };
  const icon = (path, fill) => {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    if (fill) svg.setAttribute('fill', 'currentColor');
    const shape = document.createElementNS(svg.namespaceURI, 'path');
    shape.setAttribute('d', path);
    svg.append(shape);
    return svg;
  };
  const CHAT = 'M12 3C6.5 3 2 6.8 2 11.5c0 2.3 1.1 4.4 2.9 5.9L4 21.5l4.6-2c1.1.3 2.2.5 3.4.5 5.5 0 10-3.8 10-8.5S17.500 3 12 3z';
  const STAR = 'M12 3.200l2.700 5.500 6.100.900-4.400 4.300 1 6-5.400-2.800-5.400 2.800 1-6-4.400-4.300 6.100-.900z';

  const badge = el('span', { class: 'badge', 'aria-hidden': 'true', hidden: true });
  const unreadSaid = el('span', { class: 'sr' });
  const fab = el('button', { class: 'fab', type: 'button', 'aria-expanded': 'false', 'aria-controls': 'panel', 'aria-label': t.open, onclick: () => toggle() }, icon(CHAT, true), badge);
  const log = el('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions', 'aria-label': t.log, tabindex: '0' });
  const note = el('p', { class: 'note', role: 'status', hidden: true });
  const text = el('textarea', { rows: '1', placeholder: t.write, 'aria-label': t.write, maxlength: '2000', enterkeyhint: 'send' });
  const files = el('div', { class: 'files' });
  const picker = el('input', { type: 'file', multiple: true, hidden: true, onchange: () => choose() });
  const go = el('button', { class: 'go', type: 'submit', 'aria-label': t.send, disabled: true }, icon('M4 12l16-8-5 17-4-7z M11 14l9-10'));
  const form = el('form', { onsubmit: (event) => { event.preventDefault(); say(); } }, files,
    el('div', { class: 'row' }, el('button', { class: 'tool', type: 'button', 'aria-label': t.attach, title: t.attach, onclick: () => picker.click() },
      icon('M20 11.500l-8.500 8.500a5 5 0 0 1-7-7l9-9a3.400 3.400 0 0 1 4.800 4.800l-9 9a1.700 1.700 0 0 1-2.400-2.400l8.300-8.300')), picker, text, go));
  const done = el('button', { type: 'button', hidden: true, onclick: () => { stars.hidden = false; stars.querySelector('button')?.focus(); } }, t.end);
  const stars = el('div', { class: 'rate', hidden: true });
  const panel = el('section', { class: 'panel', id: 'panel', role: 'dialog', 'aria-label': given.title || t.title, hidden: true,
    onkeydown: (event) => { if (event.key === 'Escape') { event.stopPropagation(); toggle(false); } } },
    el('header', {}, el('h2', {}, given.title || t.title), done,
      el('button', { type: 'button', 'aria-label': t.close, title: t.close, onclick: () => toggle(false) }, icon('M6 6l12 12M18 6L6 18'))),
    log, note, stars, form);
  const box = el('div', {}, panel, fab, el('div', { class: 'sr', role: 'status' }, unreadSaid));
  root.append(box);

  // -- what is shown
  const shown = new Map();
  let names = [];
  let welcome = null;
  const time = (at) => new Date(at).toLocaleTimeString(zh ? 'zh-CN' : 'en', { hour: '2-digit', minute: '2-digit' });
  const linked = (words) => words.split(/(https?:\/\/[^\s<>"'，。！？、；：（）]+)/).map((piece, place) => {
    if (place % 2 === 0) return piece;
    const url = piece.replace(/[.,!?;:)]+$/, '');
    return [el('a', { href: url, target: '_blank', rel: 'noopener noreferrer nofollow' }, url), piece.slice(url.length)];
  }).flat().filter(Boolean);
  const put = (key, author, words, at, seq) => {
    const old = shown.get(key);
    const near = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    const mine = author === 'customer';
    const meta = el('div', { class: 'meta' }, ...(at ? [`${mine ? '' : `${author === 'person' ? t.person : t.bot} · `}`, el('time', { datetime: at }, time(at))] : []));
    const node = el('div', { class: mine ? 'one me' : 'one' }, el('span', { class: 'sr' }, `${mine ? t.you : author === 'person' ? t.person : t.bot}: `), el('div', { class: 'text' }, ...linked(words)), meta);
    node.dataset.seq = seq ?? '';
    if (old) old.node.remove();
    // By the order of the log; what is not there yet stands below.
    const after = seq == null ? null : [...log.children].find((one) => one.dataset.seq === '' || Number(one.dataset.seq) > seq);
    log.insertBefore(node, after || null);
    shown.set(key, { node, meta, seq });
    if (near || mine) log.scrollTop = log.scrollHeight;
    return meta;
  };
  const state = (one, words, bad, retry) => {
    const meta = shown.get(one.id)?.meta;
    if (!meta) return;
    meta.className = bad ? 'meta bad' : 'meta';
    meta.replaceChildren(words, ...(retry ? [el('button', { type: 'button', onclick: () => { one.bad = ''; keep(); state(one, t.waiting); flush(); } }, t.again)] : []));
  };
  const greet = () => {
    if (!shown.size && !welcome) { welcome = el('div', { class: 'one' }, el('div', { class: 'text' }, t.hello)); welcome.dataset.seq = '0'; log.append(welcome); }
  };
  const unread = () => {
    const read = kept.read || 0;
    let count = 0;
    for (const one of shown.values()) if (one.seq > read && !one.node.classList.contains('me')) count += 1;
    if (!panel.hidden) { kept.read = Math.max(read, kept.seen || 0); keep(); count = 0; }
    badge.hidden = !count;
    badge.textContent = count > 99 ? '99+' : String(count);
    unreadSaid.textContent = count ? `${count} ${t.unread}` : '';
    fab.setAttribute('aria-label', count ? `${t.open} (${count} ${t.unread})` : t.open);
  };
  const tell = (words, bad) => { note.hidden = !words; note.textContent = words || ''; note.className = bad ? 'note bad' : 'note'; };

  const toggle = (open = panel.hidden) => {
    panel.hidden = !open;
    host.classList.toggle('open', open);
    box.classList.toggle('open', open);
    fab.setAttribute('aria-expanded', String(open));
    if (open) { greet(); connect(); text.focus(); log.scrollTop = log.scrollHeight; } else fab.focus();
    unread();
  };

  // -- writing
  const ready = () => { go.disabled = !text.value.trim() && !names.length; };
  const choose = () => {
    names = [...names, ...[...picker.files].map((file) => file.name)].slice(0, 10);
    picker.value = '';
    list();
  };
  const list = () => {
    files.replaceChildren(...names.map((name, place) => el('span', {}, `📎 ${name}`, el('button', { type: 'button', 'aria-label': `${t.drop} ${name}`, onclick: () => { names.splice(place, 1); list(); text.focus(); } }, '×'))));
    ready();
  };
  const fresh = () => [...crypto.getRandomValues(new Uint8Array(12))].map((one) => one.toString(16).padStart(2, '0')).join('');
  const say = () => {
    const words = text.value.trim();
    if (!words && !names.length) return;
    const one = { id: fresh(), text: words, media: names };
    kept.out.push(one);
    keep();
    welcomed();
    put(one.id, 'customer', [words, ...names.map((name) => `📎 ${name}`)].filter(Boolean).join('\n'));
    state(one, t.waiting);
    text.value = '';
    names = [];
    list();
    grow();
    text.focus();
    flush();
  };
  const welcomed = () => { welcome?.remove(); welcome = null; };
  const grow = () => { text.style.height = 'auto'; text.style.height = `${Math.min(text.scrollHeight + 2, 120)}px`; };
  text.addEventListener('input', () => { grow(); ready(); });
  text.addEventListener('keydown', (event) => {
    // While a Chinese word is being chosen, Enter belongs to the input method.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) { event.preventDefault(); say(); }
  });

  // -- stars
  const ask = () => {
    const light = (n) => choices.forEach((one, place) => one.classList.toggle('on', place < n));
    const rate = (n) => {
      light(n);
      kept.stars = { id: fresh(), stars: n };
      keep();
      flush();
    };
    const choices = [1, 2, 3, 4, 5].map((n) => el('button', { type: 'button', 'aria-label': `${n} ${t.stars}`, onclick: () => rate(n),
      onpointerenter: () => light(n), onpointerleave: () => light(0) }, icon(STAR)));
    stars.replaceChildren(el('span', { id: 'rate' }, t.rate), el('div', { role: 'group', 'aria-labelledby': 'rate' }, ...choices));
  };
  ask();

  // -- the line to the shop
  let socket = null;
  let live = false;
  let refused = false; // the token of the page itself: to ask again would say the same
  let tries = 0;
  let timer = 0;
  const connect = () => {
    clearTimeout(timer);
    if (socket) return;
    refused = false;
    let one;
    try { one = new WebSocket(`${origin.replace(/^http/, 'ws')}/chat`); } catch { later(); return; }
    socket = one;
    one.onopen = () => one.send(JSON.stringify({ type: 'hello', token: given.token || kept.token || '', after: shown.size ? kept.seen || 0 : 0, language: zh ? 'zh-CN' : tag }));
    one.onmessage = (event) => { try { hear(JSON.parse(event.data)); } catch { /* a frame of a later version */ } };
    one.onclose = () => { if (socket === one) { socket = null; live = false; if (!refused) later(); } };
  };
  const later = () => {
    if (!panel.hidden || kept.out.length) tell(tries > 5 ? t.closed : t.offline, tries > 5);
    timer = setTimeout(connect, Math.min(30000, 500 * 2 ** tries) * (0.7 + Math.random() * 0.6));
    tries += 1;
  };
  const flush = () => {
    if (!live) { connect(); return; }
    for (const one of kept.out) if (!one.bad) socket.send(JSON.stringify({ type: 'say', client_id: one.id, text: one.text, media: one.media || [] }));
    if (kept.stars) socket.send(JSON.stringify({ type: 'rate', client_id: kept.stars.id, stars: kept.stars.stars }));
  };
  const hear = (frame) => {
    if (frame.type === 'welcome') {
      if (kept.session && kept.session !== frame.session) { kept.seen = kept.read = 0; log.replaceChildren(); shown.clear(); welcome = null; }
      kept.session = frame.session;
      if (!given.token) kept.token = frame.token;
      keep();
      live = true;
      tries = 0;
      tell('');
      for (const one of kept.out) if (!shown.has(one.id)) { put(one.id, 'customer', [one.text, ...(one.media || []).map((name) => `📎 ${name}`)].filter(Boolean).join('\n')); state(one, one.bad || t.waiting, !!one.bad, !!one.bad); }
      greet();
      flush();
    } else if (frame.type === 'line') {
      const mine = frame.author === 'customer' && frame.message_id.startsWith(`${kept.session}:`);
      const key = mine ? frame.message_id.slice(kept.session.length + 1) : frame.message_id;
      welcomed();
      put(key, frame.author, frame.text, frame.at, frame.seq);
      kept.seen = Math.max(kept.seen || 0, frame.seq);
      keep();
      if (frame.author !== 'customer') done.hidden = false;
      unread();
    } else if (frame.type === 'accepted') {
      const one = kept.out.find((waiting) => waiting.id === frame.client_id);
      kept.out = kept.out.filter((waiting) => waiting.id !== frame.client_id);
      keep();
      if (one) { const meta = shown.get(one.id)?.meta; if (meta && !meta.querySelector('time')) meta.textContent = t.sent; else meta?.append(` · ${t.sent}`); }
    } else if (frame.type === 'rated') {
      kept.stars = null;
      keep();
      stars.replaceChildren(el('span', { role: 'status' }, t.thanks));
      setTimeout(() => { stars.hidden = true; ask(); }, 4000);
    } else if (frame.type === 'error') trouble(frame);
  };
  const trouble = (frame) => {
    const words = `${frame.text?.[zh ? 'zh' : 'en'] || ''} ${frame.todo?.[zh ? 'zh' : 'en'] || ''}`.trim();
    if (frame.code === 'chat.token') {
      if (given.token) { refused = true; tell(words, true); return; }
      delete kept.token; keep(); // it ran out: begin anew, with what waits
    } else if (/^chat\.(too_fast|fault|closed)$/.test(frame.code)) setTimeout(flush, 4000);
    else if (frame.client_id) {
      const one = kept.out.find((waiting) => waiting.id === frame.client_id);
      if (one) { one.bad = words || t.failed; keep(); state(one, `${t.failed}: ${words}`, true, true); } else if (kept.stars?.id === frame.client_id) { kept.stars = null; keep(); tell(words, true); }
    } else tell(words, true);
  };
  addEventListener('online', () => { tries = 0; connect(); });
  document.addEventListener('visibilitychange', () => { if (!document.hidden && (kept.token || !panel.hidden)) { tries = 0; if (!socket) connect(); } });

  const begin = () => { document.body.append(host); unread(); if (kept.token || kept.out.length || (given.token && kept.session)) connect(); };
  if (document.body) begin(); else addEventListener('DOMContentLoaded', begin);
  window.linkloopWidget = { open: () => toggle(true), close: () => toggle(false) };
})();
