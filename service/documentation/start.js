// Draws openapi.json with Swagger UI. Nothing leaves this origin: no validator is asked, no font or script is fetched.
SwaggerUIBundle({
  url: new URL("openapi.json", document.baseURI).href,
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
});
