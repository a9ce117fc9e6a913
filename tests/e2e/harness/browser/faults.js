// Collects errors in a page, for a driver without access to the console.
window.tincanFaults = [];
addEventListener('error', ({ message }) => tincanFaults.push(`an error: ${message}`));
addEventListener('unhandledrejection', ({ reason }) => tincanFaults.push(`a rejection: ${reason}`));
document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
  tincanFaults.push(`against the page's policy: ${violatedDirective} ${blockedURI}`);
});
console.error = new Proxy(console.error, {
  apply(target, self, args) {
    tincanFaults.push(`console.error: ${args.join(' ')}`);
    return Reflect.apply(target, self, args);
  },
});
