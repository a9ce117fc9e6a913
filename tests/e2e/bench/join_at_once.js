// Clicks "Join" as soon as it can be clicked.
(() => {
  const join = () => {
    const button = [...document.querySelectorAll("button")]
      .find((it) => it.textContent.trim() === "Join" && !it.disabled && !it.hidden);
    if (button) button.click();
    else requestAnimationFrame(join);
  };
  requestAnimationFrame(join);
})();
