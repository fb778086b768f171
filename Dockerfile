# docker build -t digitocr . && docker run --rm --network none -v "$PWD:/data" digitocr read scans/ -o numbers.csv
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY digitocr digitocr
COPY models models
RUN python -m venv /opt/digitocr && /opt/digitocr/bin/pip install --no-cache-dir .

FROM python:3.13-slim
COPY --from=build /opt/digitocr /opt/digitocr
RUN useradd --uid 10001 --no-create-home digitocr
USER 10001
WORKDIR /data
ENTRYPOINT ["/opt/digitocr/bin/digitocr"]
CMD ["--help"]
