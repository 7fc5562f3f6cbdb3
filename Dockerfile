# syntax=docker/dockerfile:1
# The service as an image. The cache is a container of its own: see compose.yaml.

# Dependencies are a layer of their own, made anew only when the pins change.
FROM python:3.13.9-slim-bookworm AS dependencies
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt

FROM python:3.13.9-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin gongkai
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BIND=0.0.0.0:8000
WORKDIR /app
COPY --from=dependencies /opt/venv /opt/venv
COPY service service
RUN python -m compileall -q service
USER 10001
EXPOSE 8000
# gunicorn lets the requests in flight finish at this signal.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["python", "-m", "service", "serve"]
