// SPDX-License-Identifier: Apache-2.0
// Keeps open pages true: when the hub says that something changed, the parts marked data-live are fetched anew and swapped,
// but never under somebody's fingers. Without this script every page still works.
(() => {
  'use strict';
  const parts = () => document.querySelectorAll('[data-live][id]');
  if (parts().length === 0 || !window.EventSource) return;
  let busy = false, again = false;

  const swap = (fresh) => {
    for (const old of parts()) {
      const next = fresh.getElementById(old.id);
      if (!next || old.contains(document.activeElement)) continue;
      if (old.innerHTML === next.innerHTML) continue;
      const open = [...old.querySelectorAll('details[open]')].map((one) => [...old.querySelectorAll('details')].indexOf(one));
      const scrolled = [...old.querySelectorAll('.scroll')].map((one) => one.scrollLeft);
      old.innerHTML = next.innerHTML;
      const details = old.querySelectorAll('details');
      for (const index of open) if (details[index]) details[index].open = true;
      old.querySelectorAll('.scroll').forEach((one, index) => { one.scrollLeft = scrolled[index] || 0; });
    }
  };

  const refresh = async () => {
    if (busy) { again = true; return; }
    if (document.hidden) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { 'X-Live': '1' }, credentials: 'same-origin', redirect: 'manual' });
      if (answer.ok) swap(new DOMParser().parseFromString(await answer.text(), 'text/html'));
    } catch (problem) { /* The hub restarts: the event source comes back by itself. */ }
    busy = false;
    if (again && !document.hidden) { again = false; refresh(); }
  };

  const source = new EventSource('/live');
  source.addEventListener('change', refresh);
  document.addEventListener('visibilitychange', () => { if (!document.hidden && again) { again = false; refresh(); } });
  window.addEventListener('pagehide', () => source.close());
})();
